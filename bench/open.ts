import { rm } from 'node:fs/promises'
import { join } from 'node:path'
import { assertBuilt, type Fixture, withTickets } from './fixture.ts'
import {
  answerOf,
  comparison,
  comparisonHeader,
  interleave,
  markdownTable,
  median,
  ms,
  program,
  readSettings,
  report,
  root,
} from './measure.ts'

/** From a file that nobody has seen to the first page's data, against the engine's own import of that file. */
interface Step {
  step: string
  milliseconds: number
}

async function importPlainly({ folder, file }: Fixture, pair: number): Promise<number> {
  const database = join(folder, `reference-${pair}.duckdb`)
  const { milliseconds } = await answerOf([join(root, 'dist/bench/reference.mjs'), file, database])
  await rm(database, { force: true })
  return milliseconds
}

async function openFresh({ folder, file }: Fixture, pair: number, steps: Step[][]): Promise<number> {
  const cache = join(folder, `cache-${pair}`)
  const ended = await answerOf([program, 'open', file, '--no-serve', '--json'], { XDG_CACHE_HOME: cache })
  await rm(cache, { recursive: true, force: true })
  steps.push((JSON.parse(ended.stdout) as { timings?: Step[] }).timings ?? [])
  return ended.milliseconds
}

/** Where our time goes: the median of each step, as the program itself reports them. */
function stepTable(steps: Step[][], whole: number): string {
  const names = [...new Set(steps.flat().map(({ step }) => step))]
  if (names.length === 0) return 'The program reports no timings.'
  const rows = names.map((name) => {
    const took = median(steps.map((run) => run.find(({ step }) => step === name)?.milliseconds ?? 0))
    return [name, ms(took), `${((100 * took) / whole).toFixed(0)} %`]
  })
  return markdownTable(['step', 'ms', 'of all'], rows)
}

await report(async () => {
  const settings = readSettings({ rows: 1_000_000, pairs: 3 })
  assertBuilt()
  await withTickets(settings, async (fixture) => {
    const steps: Step[][] = []
    const pairs = await interleave(
      'open',
      settings.pairs,
      (pair) => importPlainly(fixture, pair),
      (pair) => openFresh(fixture, pair, steps),
    )
    console.log(`## open\n\n${fixture.says}; ${settings.pairs} pairs, medians.\n`)
    console.log(markdownTable(comparisonHeader, [comparison('open, first page included / CREATE TABLE AS', pairs)]))
    console.log(`\n${stepTable(steps, median(pairs.ours))}`)
  })
})
