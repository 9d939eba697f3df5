import { stringify } from 'yaml'
import type { FillSpec, PackSpec, RuleSpec } from './pack.ts'
import type { ProposedPack } from './propose.ts'

/** A proposed pack as YAML that people can read and correct: the reason and how sure it is stand beside each line. */
export function writePack({
  pack,
  proposals,
  questions,
  notes,
}: Pick<ProposedPack, 'pack' | 'proposals' | 'questions' | 'notes'>): string {
  const reasons = new Map(
    proposals.map(({ target, confidence, reason }) => [target, `${confidence.toFixed(2)}  ${reason}`]),
  )
  return [
    '# Proposed by Rapport from the names and values of the columns. Each line says how sure it is (0-1) and why.',
    '# Correct what is wrong: the next build reads this file. docs/packs.md says what each key means.',
    ...questions.map(({ question }) => comment('open question', question)),
    ...notes.map(({ message }) => comment('note', message)),
    `id: ${scalar(pack.id)}`,
    `name: ${scalar(pack.name)}`,
    ...(pack.zone ? [`zone: ${scalar(pack.zone)}`] : []),
    '',
    'tables:',
    ...pack.tables.flatMap((table) => tableLines(table, reasons)),
    ...(pack.targets && pack.targets.length > 0
      ? ['', 'targets:', ...pack.targets.map((target) => `  - ${flow(target)}`)]
      : []),
    '',
  ].join('\n')
}

type TableSpec = PackSpec['tables'][number]

function tableLines(table: TableSpec, reasons: Map<string, string>): string[] {
  return [
    `  - name: ${scalar(table.name)}`,
    '    recognise:',
    ...table.recognise.map((column) => `      - ${scalar(column)}`),
    ...(table.required?.length ? [`    required: ${flow(table.required)}`] : []),
    ...(table.version ? [`    version: ${flow(table.version)}`] : []),
    ...(table.ignore?.length ? [`    ignore: ${flow(table.ignore)}`] : []),
    '    fills:',
    ...table.fills.flatMap((fill) => fillLines(fill, reasons)),
  ]
}

function fillLines(fill: FillSpec, reasons: Map<string, string>): string[] {
  const { table, key, when, distinct, unidentified, columns = {} } = fill
  const why = key === undefined ? '' : remark(reasons.get(`${table}.id`))
  const entries = Object.entries(columns)
  return [
    `      - table: ${scalar(table)}`,
    ...(key === undefined ? [] : [`        key: ${flow(key)}${why}`]),
    ...(when ? [`        when: ${scalar(when)}`] : []),
    ...(distinct ? ['        distinct: true'] : []),
    ...(unidentified ? ['        unidentified: true'] : []),
    entries.length > 0 ? '        columns:' : '        columns: {}',
    ...entries.map(
      ([column, rule]) => `          ${column}: ${flow(rule)}${remark(reasonOf(table, column, columns, reasons))}`,
    ),
  ]
}

function reasonOf(
  table: string,
  column: string,
  columns: Record<string, RuleSpec>,
  reasons: Map<string, string>,
): string | undefined {
  if (table !== 'case_durations' || column !== 'seconds') return reasons.get(`${table}.${column}`)
  const value = (rule: RuleSpec | undefined): unknown => (typeof rule === 'object' && 'value' in rule ? rule.value : '')
  return reasons.get(`durations.${value(columns.metric)}@${value(columns.clock)}`)
}

const remark = (text: string | undefined): string => (text ? `  # ${line(text)}` : '')
const comment = (kind: string, text: string): string => `# ${kind}: ${line(text)}`
const line = (text: string): string => text.replace(/\s+/g, ' ')

const flow = (value: unknown): string =>
  stringify(value, { collectionStyle: 'flow', lineWidth: 0, defaultStringType: 'PLAIN' }).trim()

/** One line, whatever it holds. */
function scalar(value: string): string {
  const text = stringify(value, { lineWidth: 0 }).trim()
  return text.includes('\n') ? JSON.stringify(value) : text
}
