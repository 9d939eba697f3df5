import { writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { NodeCompiler } from '@myriaddreamin/typst-ts-node-compiler'
import { readShared, wordsOf } from '../src/cli/opened.ts'
import { servicesOf } from '../src/cli/page-services.ts'
import { linksOf } from '../src/pages/links.ts'
import type { Report } from '../src/pages/report-spec.ts'
import type { PageServices } from '../src/pages/services.ts'
import { openVersion, readProject } from '../src/project.ts'
import { raw } from '../src/sql/sql.ts'
import { composeReport } from '../src/surfaces/report/compose.ts'
import { setReport } from '../src/surfaces/report/typst/report-pdf.ts'
import { assertBuilt, withFiles } from './fixture.ts'
import { answerOf, markdownTable, median, ms, program, ratio, readSettings, report } from './measure.ts'

/**
 * A report of more than 40 pages as a PDF: what composing, drawing, typesetting and writing take, against one plain pass over the same data.
 */
const parts = ['compose', 'draw', 'typeset', 'write'] as const
type Split = Record<(typeof parts)[number], number> & { pages: number; bytes: number }

/** Every page that the data fill, with all its tiles. */
async function longReport(services: PageServices): Promise<Report> {
  const links = await linksOf(services)
  return {
    ...{ report: 'everything', title: 'Everything', order: 0, needs: [] },
    chapters: links.map(({ id, title }) => ({ kind: 'tiles', id, title, tiles: [`${id}.*`] })),
  }
}

/** Processor time over all threads: other work on the machine lengthens the time that passes alone. */
async function timed<Answer>(work: () => Promise<Answer> | Answer): Promise<[number, Answer]> {
  const begun = process.cpuUsage()
  const answer = await work()
  const { user, system } = process.cpuUsage(begun)
  return [(user + system) / 1000, answer]
}

await report(async () => {
  const settings = readSettings({ rows: 20_000, pairs: 3 })
  assertBuilt()
  await withFiles('touchpoints', settings, async ({ folder, files, says }) => {
    const environment = { XDG_CACHE_HOME: join(folder, 'cache') }
    await answerOf([program, 'query', 'touchpoints', '--json', '--files', ...files], environment)
    const project = await readProject({ files, environment })
    const version = await openVersion(project)
    const shared = await readShared(project, version)
    const services = servicesOf(shared, { personalData: 'mask', language: 'en' })
    const long = await longReport(services)
    const tables = await version.store.rows(
      raw("SELECT table_name AS name FROM information_schema.tables WHERE table_schema = 'cx' ORDER BY 1"),
    )

    const round = async (): Promise<Split> => {
      const [compose] = await timed(() => composeReport(long, 'bench', { ...services, pictures: false }))
      const [both, document] = await timed(() => composeReport(long, 'bench', services))
      // Typst remembers what it has set, also of an earlier document.
      NodeCompiler.create().evictCache(0)
      const [typeset, set] = await timed(() => setReport(document, wordsOf(shared, 'en')))
      const [write, bytes] = await timed(async () => {
        const pdf = set.pdf()
        await writeFile(join(folder, 'report.pdf'), pdf)
        return pdf.length
      })
      return { compose, draw: Math.max(0, both - compose), typeset, write, pages: set.pages, bytes }
    }
    const pass = async (): Promise<number> => {
      const [passed] = await timed(async () => {
        for (const { name } of tables) await version.store.rows(raw(`SUMMARIZE cx."${name}"`))
      })
      return passed
    }

    await round()
    const rounds: Split[] = []
    const passes: number[] = []
    for (let index = 0; index < settings.pairs; index++) {
      passes.push(await pass())
      rounds.push(await round())
    }
    await version.close()
    const [last] = rounds
    const plain = median(passes)
    const of = (part: (typeof parts)[number]) => median(rounds.map((each) => each[part]))
    const whole = median(rounds.map((each) => parts.reduce((sum, part) => sum + each[part], 0)))
    console.log(
      `## report\n\n${says}; ${last?.pages} pages, ${ms((last?.bytes ?? 0) / 1024)} KB; ${settings.pairs} rounds, medians of processor time, warm.\n`,
    )
    console.log(
      markdownTable(
        ['', 'ms', 'of one plain pass'],
        [
          ...parts.map((part) => [part, ms(of(part)), ratio(of(part) / plain)]),
          ['the report', ms(whole), ratio(whole / plain)],
          ['one plain pass', ms(plain), '1.00'],
        ],
      ),
    )
  })
})
