import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import type { Column } from '../src/model/model.ts'
import { tables } from '../src/model/tables.ts'
import { vocabularies } from '../src/model/vocabularies.ts'
import { readChecks, readMetrics, readPages } from '../src/project.ts'
import { type Operation, ops } from '../src/sql/ops.ts'

const root = join(import.meta.dirname, '..')
const built = { catalogues: [join(root, 'catalog')] }

/** Pages that are made from the data they describe. `UPDATE=1` writes them. */
const made: Record<string, () => string | Promise<string>> = {
  'model.md': modelPage,
  'metrics.md': metricsPage,
  'functions.md': functionsPage,
}

describe('pages made from data say what the data say', () => {
  test.each(Object.keys(made))('%s', async (name) => {
    const text = await made[name]!()
    const file = join(root, 'docs', name)
    if (process.env.UPDATE) {
      mkdirSync(join(root, 'docs'), { recursive: true })
      writeFileSync(file, text)
    }
    expect(readFileSync(file, 'utf8')).toBe(text)
  })
})

test('every command, check and page has its heading', async () => {
  const headings = readdirSync(join(root, 'docs'))
    .filter((file) => file.endsWith('.md'))
    .flatMap((file) => readFileSync(join(root, 'docs', file), 'utf8').split('\n'))
    .filter((line) => /^#{2,3} /.test(line))
    .map((line) => line.replace(/^#+ /, '').replaceAll('`', ''))
  const commands = readdirSync(join(root, 'src/cli'))
    .filter((file) => /export function addCommand/.test(readFileSync(join(root, 'src/cli', file), 'utf8')))
    .map((file) => `rapport ${file.replace('.ts', '')}`)
  const wanted = [
    ...commands,
    ...(await readChecks(built)).map((check) => check.id),
    ...(await readPages(built)).keys(),
  ]
  expect(
    wanted.filter((heading) => !headings.some((each) => each === heading || each.startsWith(`${heading} `))),
  ).toEqual([])
})

function columnLine(column: Column): string {
  const marks = [
    column.vocabulary ? `one of ${column.vocabulary}` : '',
    column.refers ? `-> ${column.refers}` : '',
    column.dimension ? 'dimension' : '',
    column.sensitivity === 'none' ? '' : column.sensitivity,
    column.derived ? 'by Rapport' : '',
  ].filter(Boolean)
  return `| ${column.name} | ${column.type} | ${column.says} | ${marks.join(', ')} |`
}

function modelPage(): string {
  const parts = tables.map((table) =>
    [
      `## ${table.name}`,
      '',
      `One row is ${table.row}.`,
      '',
      '| column | type | what it holds | |',
      '|---|---|---|---|',
      ...table.columns.map(columnLine),
    ].join('\n'),
  )
  const lists = Object.entries(vocabularies).map(([name, words]) => `* **${name}**: ${words.join(', ')}`)
  return `# The unified model

Every table of the schema \`cx\`. Moments (\`*_at\`) are naive and in UTC, days (\`*_on\`) and hours (\`*_hour\`) in the reporting zone,
durations in seconds. Sensitivity decides what is masked: \`direct_id\` is hidden, contacts inside \`free_text\` are.

${parts.join('\n\n')}

## Vocabularies

A pack translates the words of its source into these; other words stay as the source wrote them and are reported.

${lists.join('\n')}
`
}

async function metricsPage(): Promise<string> {
  const { metrics, dimensions } = await readMetrics(built)
  const parts = [...metrics.values()].map((metric) =>
    [
      `## ${metric.id}`,
      '',
      `**${metric.label}.** ${metric.question}`,
      '',
      `* Unit ${metric.unit}, better: ${metric.better}, ${metric.additivity}; rows of \`${metric.from}\`${metric.time ? `, placed in time by \`${metric.time}\`` : ''}.`,
      `* Population: ${metric.populationText || 'all rows'}.`,
      ...(metric.numeratorText ? [`* Numerator: ${metric.numeratorText}.`] : []),
      ...(metric.denominatorText ? [`* Denominator: ${metric.denominatorText}.`] : []),
      ...(metric.needs.length > 0 ? [`* Needs ${metric.needs.map((need) => `\`${need}\``).join(', ')}.`] : []),
      ...(metric.note ? [`* ${metric.note}`] : []),
    ].join('\n'),
  )
  const splits = [...dimensions.values()].map((dimension) => `* \`${dimension.id}\`: ${dimension.label}`)
  return `# Metrics and dimensions

From \`catalog/metrics/\`. A metric whose needs are missing is refused with the fields to add.

## Terms

What a file would say again and again has a name there: \`terms:\`, before its metrics. A name can be read like a column in every
expression of the same file, other terms among them, and stands for its expression as if that were in brackets.

\`\`\`yaml
terms:
  waited: coalesce(wait_seconds, seconds_between(started_at, responded_at))
  in_time: waited <= target_seconds
metrics:
  - {id: kept, label: Kept in time, from: touchpoints, population: waited >= 0, numerator: in_time}
\`\`\`

A term that reads itself, has the name of a column or reads a column that the table does not have is refused with its line. Definitions
show what a term stands for, or the words under \`in_words\`.

${momentKinds}

${parts.join('\n\n')}

## Dimensions

${splits.join('\n')}
`
}

/** Kinds of numbers that need more than a line. */
const momentKinds = `## Levels

\`level: { of: balance_change, at: end }\` adds changes up since the beginning: the level on a day is the sum of all changes until that
evening, so it is known for any day and any group, and what was told once is carried forward. \`at: start\` is the evening before the
first day, \`at: mean\` the mean of the evenings. Over periods it is the level at each end (start, mean day); it is never added up over
time, and never split by weekday. \`of\` is a column of changes: the flow makes one from each column of balances and of month-to-date
amounts.

## Shares that stay

\`kept: { open: left_on is null, opened: began_on, closed: left_on }\` is the share of those there on the evening before the first
day who are there at the end: (E - N) / S, where N are those of E who joined meanwhile. Who came and left in between is in neither.
200 at the start, 40 new, 220 at the end: 90 %. Without dates it is the share of all that ever were there; with nobody at the start there
is none. \`lost: true\` gives the rest.

## Chained months

\`chained: { gain: returns_change, of: balance_change, at: mean }\` divides what each month gained by the level that earned it, and
multiplies the months up: 10 % and -10 % make -1 %. \`at: start\` takes the level on the evening before the month, which suits an index;
\`mean\` its mean day, which suits money that comes and goes. A month without a level is left out. A range that begins within a month
counts that month from its first day on; days and weeks are refused.

## Combined metrics

\`combine: { plus: [aum, withdrawals], minus: [aum_opening], over: aum_mean }\` names other metrics, which are computed for the same
groups, filters and days. It is unknown where one of them is unknown or the divisor is 0; a sum over no rows is nothing added. It is
refused for the reason of its first part that is refused, and with \`period: true\` also without dates or periods.

## Roll-ups

A table of the model of kind \`rollup\` holds rows of another added up: \`balance_months\` has the balances by month, product and what
customers are told apart by. No metric names it. The planner reads it instead of the balances where the answer is the same: a sum or a
level (not of a mean day) of columns that it has, without a population, for whole months up to the last one, split and filtered by what it
holds or links to, ages in bands of ten years.`

function functionsPage(): string {
  const rows = Object.entries(ops as Record<string, Operation>).map(([name, op]) => {
    const [min, max] = op.args
    return `| ${name} | ${min === max ? min : `${min}-${max}`} | ${op.aggregate ? 'aggregate' : ''} |`
  })
  return `# Functions of the expression grammar

What an expression may call, besides \`and or not = <> < <= > >= in between is null + - * /\` and \`case when\`.

| function | arguments | |
|---|--:|---|
${rows.join('\n')}
`
}
