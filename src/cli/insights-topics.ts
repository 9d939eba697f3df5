import { type Command, InvalidArgumentError } from 'commander'
import { formatNumber, formatP, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { readTopics, type TopicsScope } from '../insights/read-topics.ts'
import type { TextField } from '../insights/texts.ts'
import { findTopics, type Topics } from '../insights/topics.ts'
import { openModel } from './model.ts'
import { type CommonOptions, repeatable, withData } from './options.ts'
import { coloured, printData, printJson, say, textTable } from './output.ts'
import { condition } from './query.ts'

interface TopicsOptions extends CommonOptions {
  of: TextField
  by?: string
  contrast?: NonNullable<TopicsScope['contrast']>
  where?: string[]
  from?: string
  to?: string
}

export function addTopics(insights: Command): void {
  const command = insights
    .command('topics')
    .description(
      'What people write about, what many ask alike, and words that set sides apart. 0 also where nothing is found.',
    )
  repeatable(command, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(command)
    .option('--of <texts>', 'cases (subject and description) or comments (of surveys)', field, 'cases')
    .option('--by <dimension>', 'topics in each value of a dimension')
    .option(
      '--contrast <sides>',
      'csat (dissatisfied against satisfied), market, or market=DE against the others',
      sides,
    )
    .option('--from <day>', 'texts from this day on, 2026-01-01')
    .option('--to <day>', 'texts up to this day')
    .addHelpText('after', '\nExample:\n  $ rapport insights topics --files tickets.csv --contrast csat')
    .action(printTopics)
}

function field(text: string): TextField {
  if (text !== 'cases' && text !== 'comments') throw new InvalidArgumentError('Give cases or comments.')
  return text
}

function sides(text: string): NonNullable<TopicsScope['contrast']> {
  const [by = '', ...rest] = text.split('=')
  if (!by.trim()) throw new InvalidArgumentError('Give csat, a dimension, or a dimension and a value: market=DE.')
  return rest.length > 0 ? { by: by.trim(), value: rest.join('=').trim() } : { by: by.trim() }
}

async function printTopics(options: TopicsOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const { of, by, contrast, from, to } = options
    const where = options.where?.map(condition)
    const range = from || to ? { ...(from && { from }), ...(to && { to }) } : undefined
    const answer = findTopics(await readTopics({ of, by, contrast, where, range }, context), of, context.words)
    if (options.json) printJson({ where, range, version: context.version.id, ...answer })
    else if ('refused' in answer) printData(answer.refused)
    else printFound(answer, context.words)
    if (contrast && !('refused' in answer) && !answer.contrast)
      say(sayWord(context.words, 'say.topics.contrast.unknown', { by: contrast.by }))
  } finally {
    await version.close()
  }
}

function printFound(found: Topics, words: Words): void {
  printData([found.sentence, ...found.notes].join('\n'))
  if (found.topics.length > 0) printTable('topics', topicTable(found, words), words)
  if (found.by) printData(`\n${byTable(found, words)}`)
  if (found.candidates.length > 0) {
    printTable('candidates', candidateTable(found, words), words)
    if (found.no_hours) printData(found.no_hours.sentence)
  }
  if (found.contrast) {
    printTable('contrast', found.contrast.words.length > 0 ? contrastTable(found, words) : null, words)
    printData(found.contrast.sentence)
  }
  printTable('limits', null, words)
  printData(found.limits.map((each) => `- ${each}`).join('\n'))
}

function printTable(heading: string, table: string | null, words: Words): void {
  printData(`\n${coloured('bold', sayWord(words, `say.topics.heading.${heading}`), process.stdout)}`)
  if (table) printData(table)
}

/** Text of others on a terminal: one line, and nothing that a terminal would obey. */
export function plain(text: string, longest = 90): string {
  const line = text.replace(/[\p{C}\s]+/gu, ' ').trim()
  return line.length > longest ? `${line.slice(0, longest - 1)}…` : line
}

const column = (words: Words) => (id: string) => sayWord(words, `say.topics.column.${id}`)

function topicTable({ topics }: Topics, words: Words): string {
  const number = (value: number | null, digits = 0) => (value === null ? '–' : formatNumber(value, words, digits))
  return textTable(
    ['topic', 'texts', 'share', 'satisfaction', 'interval', 'verdict', 'hours', 'quote'].map(column(words)),
    topics.map(({ terms, texts, share, satisfaction, verdict, work, quote }) => [
      plain(terms.slice(0, 4).join(', '), 60),
      number(texts),
      formatValue(share, 'ratio', words),
      number(satisfaction?.value ?? null, 2),
      satisfaction ? `${number(satisfaction.low, 2)} … ${number(satisfaction.high, 2)}` : '–',
      verdict,
      number(work ? work.seconds / 3600 : null),
      plain(quote?.text ?? '–', 70),
    ]),
    [false, true, true, true, true, false, true, false],
  )
}

function byTable({ by, topics }: Topics, words: Words): string {
  const rows = by?.rows ?? []
  const labels = [...new Set(rows.map(({ label }) => label))].slice(0, 8)
  const count = (topic: string | null, label: string) =>
    rows.filter((row) => row.topic === topic && row.label === label).reduce((sum, { texts }) => sum + texts, 0)
  const line = (topic: string | null, name: string) => [
    plain(name, 60),
    ...labels.map((label) => formatNumber(count(topic, label), words)),
  ]
  return textTable(
    [column(words)('topic'), ...labels.map((label) => plain(label, 30))],
    [...topics.map(({ id, label }) => line(id, label)), line(null, sayWord(words, 'say.topics.none_of_them'))],
    [false, ...labels.map(() => true)],
  )
}

function candidateTable({ candidates }: Topics, words: Words): string {
  return textTable(
    ['kind', 'texts', 'hours', 'text'].map(column(words)),
    candidates.map(({ kind, texts, hours, text }) => [
      sayWord(words, `say.topics.kind.${kind}`),
      formatNumber(texts, words),
      hours === null ? '–' : formatNumber(hours, words, 1),
      plain(text, 100),
    ]),
    [false, true, true, false],
  )
}

function contrastTable({ contrast }: Topics, words: Words): string {
  const times = (log: number) => formatNumber(Math.exp(log), words, 1)
  return textTable(
    ['side', 'word', 'one', 'other', 'times', 'interval', 'z', 'q'].map(column(words)),
    (contrast?.words ?? []).map(({ word, group_label: label, one, other, value, low, high, z, q }) => [
      contrast?.by === 'csat' ? sayWord(words, `say.topics.side.${label}`) : plain(label, 30),
      word,
      formatNumber(one, words),
      formatNumber(other, words),
      times(value),
      `${times(low)} … ${times(high)}`,
      formatNumber(z, words, 1),
      formatP(q, words),
    ]),
    [false, false, true, true, true, true, true, true],
  )
}
