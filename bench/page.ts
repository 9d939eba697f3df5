import { join } from 'node:path'
import type { Frame, MetricCell } from '../src/metrics/frame.ts'
import { runQuery } from '../src/metrics/run.ts'
import { metricContext, openVersion, readMetrics, readProject, readProjectWords } from '../src/project.ts'
import { raw } from '../src/sql/sql.ts'
import { assertBuilt, withTickets } from './fixture.ts'
import {
  answerOf,
  comparison,
  comparisonHeader,
  interleave,
  markdownTable,
  type Pairs,
  program,
  readSettings,
  report,
} from './measure.ts'
import { type Question, questions } from './questions.ts'

/**
 * The numbers of the overview page, warm, against the same numbers as SQL by hand on the same file: what definition, interval
 * and verdict cost, and what roll-ups save.
 */
async function timed(work: () => Promise<unknown>): Promise<number> {
  const begun = performance.now()
  await work()
  return performance.now() - begun
}

/** A benchmark of two different numbers would say nothing. */
function assertAgrees({ name, agrees }: Question, frame: Frame, row: Record<string, unknown> | undefined): void {
  if (!agrees) return
  const ours = (frame.rows[0]?.[agrees.metric] as MetricCell | undefined)?.value
  const byHand = Number(row?.[agrees.column])
  if (typeof ours === 'number' && Math.abs(ours - byHand) <= 1e-9 * Math.max(1, Math.abs(byHand))) return
  throw new Error(`"${name}" is ${ours} by query and ${byHand} by hand. Correct bench/questions.ts or the metric.`)
}

await report(async () => {
  const settings = readSettings({ rows: 1_000_000, pairs: 7 })
  assertBuilt()
  await withTickets(settings, async ({ folder, file, says }) => {
    const environment = { XDG_CACHE_HOME: join(folder, 'cache') }
    await answerOf([program, 'open', file, '--no-serve', '--json'], environment)
    const project = await readProject({ files: [file], environment })
    const version = await openVersion(project)
    const [catalogue, words] = await Promise.all([readMetrics(project), readProjectWords(project, 'en')])
    const context = metricContext({ project, version, catalogue, words }, { personalData: 'mask', language: 'en' })
    const ask = (question: Question) => runQuery(question.query, context)
    const byHand = (question: Question) => version.store.rows(raw(question.sql))
    for (const question of questions) assertAgrees(question, await ask(question), (await byHand(question))[0])

    const rows: string[][] = []
    const compare = async (name: string, asked: Question[]): Promise<void> => {
      const pairs: Pairs = await interleave(
        name,
        settings.pairs,
        () => timed(() => Promise.all(asked.map(byHand))),
        () => timed(() => Promise.all(asked.map(ask))),
      )
      rows.push(comparison(name, pairs))
    }
    await compare(`the page: all ${questions.length}, at once`, questions)
    for (const question of questions) await compare(question.name, [question])
    await version.close()
    console.log(`## page\n\n${says}; ${settings.pairs} pairs, medians, warm.\n`)
    console.log(markdownTable(comparisonHeader, rows))
  })
})
