import { mkdir, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { assertBuilt, withTickets } from './fixture.ts'
import {
  answerOf,
  comparison,
  comparisonHeader,
  interleave,
  markdownTable,
  program,
  readSettings,
  report,
} from './measure.ts'

/** One number from a built project by a process that starts from nothing, against a process that does nothing. */
await report(async () => {
  const settings = readSettings({ rows: 100_000, pairs: 11 })
  assertBuilt()
  await withTickets(settings, async ({ folder, file, says }) => {
    const project = join(folder, 'project')
    await mkdir(project)
    await writeFile(join(project, 'rapport.yaml'), `sources:\n  - id: tickets\n    files: ${JSON.stringify(file)}\n`)
    await answerOf([program, 'build', '--project', project])
    const pairs = await interleave(
      'cold',
      settings.pairs,
      async () => (await answerOf(['-e', '0'])).milliseconds,
      async () => (await answerOf([program, 'query', 'cases', '--project', project, '--json'])).milliseconds,
    )
    console.log(`## cold\n\n${says}; ${settings.pairs} pairs, medians.\n`)
    console.log(markdownTable(comparisonHeader, [comparison('rapport query cases / node -e 0', pairs)]))
  })
})
