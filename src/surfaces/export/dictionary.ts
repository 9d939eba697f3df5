import { basename } from 'node:path'
import { labelOf, say, type Words } from '../../config/words.ts'
import { csvLine } from '../../metrics/csv.ts'
import { capital } from '../../metrics/definition.ts'
import { columnWords, rowWords } from '../../metrics/model-words.ts'
import { fieldLabel } from '../../metrics/needs.ts'
import type { WholeTable } from '../../metrics/whole-tables.ts'
import type { Column, Sensitivity } from '../../model/model.ts'
import type { ColumnFact, LoadFact } from '../../pages/services.ts'

/** What every table and column that is handed out means, and where its values come from. */
export interface Dictionary {
  version: string
  as_of: string | null
  zone: string
  tables: DictionaryTable[]
}

interface DictionaryTable {
  name: string
  label: string
  /** What one row is. */
  row: string
  kind: 'record' | 'system' | 'rollup'
  rows: number
  columns: DictionaryColumn[]
}

interface DictionaryColumn {
  name: string
  label: string
  type: Column['type']
  says: string
  sensitivity: Sensitivity
  /** Is less written than there is? */
  masked: boolean
  /** Table whose `id` it holds. */
  refers: string | null
  /** Closed list that its values are from. */
  vocabulary: string | null
  /** Share of rows with a value, 0-1; null without rows. */
  filled: number | null
  /** True where Rapport computes it. */
  computed: boolean
  from: DictionarySource[]
}

/** Columns of one file that fill a column, by one expression. */
interface DictionarySource {
  file: string
  columns: string[]
  expression: string
  /** Where the rule stands: pack and line. */
  where: string
}

interface DictionaryParts {
  version: { id: string; as_of: string | null; zone: string }
  tables: { table: WholeTable; filled: ReadonlyMap<string, number> }[]
  columns: ColumnFact[]
  loads: LoadFact[]
  words: Words
}

export function dictionaryOf({ version, tables, columns, loads, words }: DictionaryParts): Dictionary {
  const sources = sourcesByColumn(columns, loads)
  return {
    version: version.id,
    as_of: version.as_of,
    zone: version.zone,
    tables: tables.map(({ table: { table, columns: own, rows }, filled }) => ({
      name: table.name,
      label: capital(labelOf(words, `tables.${table.name}`, table.name.replaceAll('_', ' '))),
      row: rowWords(table, words),
      kind: table.kind,
      rows,
      columns: own.map(({ column, masked }) => ({
        name: column.name,
        label: capital(fieldLabel(`${table.name}.${column.name}`, words)),
        type: column.type,
        says: columnWords(table, column, words),
        sensitivity: column.sensitivity,
        masked,
        refers: column.refers ?? null,
        vocabulary: column.vocabulary ?? null,
        filled: rows > 0 ? (filled.get(column.name) ?? 0) / rows : null,
        computed: column.derived,
        from: sources.get(`${table.name}.${column.name}`) ?? [],
      })),
    })),
  }
}

/** An expression over two source columns stands with both of them: it is told once. */
function sourcesByColumn(columns: ColumnFact[], loads: LoadFact[]): Map<string, DictionarySource[]> {
  const files = new Map(loads.map(({ id, path }) => [id, basename(path)]))
  const found = new Map<string, DictionarySource[]>()
  for (const { load, name, fills } of columns)
    for (const { column, expression, where } of fills) {
      const file = files.get(load) ?? load
      const own = found.get(column) ?? []
      found.set(column, own)
      const same = own.find((each) => each.file === file && each.expression === expression)
      if (!same) own.push({ file, columns: [name], expression, where })
      else if (!same.columns.includes(name)) same.columns.push(name)
    }
  return found
}

const heads = ['column', 'label', 'type', 'meaning', 'personal', 'filled', 'from'] as const

/** For people: a heading a table, a row a column. */
export function dictionaryMarkdown({ version, as_of, zone, tables }: Dictionary, words: Words): string {
  const facts = say(words, 'say.exports.dictionary.facts', { version, as_of: as_of ?? '–', zone })
  const head = heads.map((each) => say(words, `say.exports.dictionary.head.${each}`))
  const parts = tables.map((table) =>
    [
      `## ${table.name}`,
      '',
      say(words, 'say.exports.dictionary.table', { label: table.label, row: table.row, rows: table.rows }),
      '',
      `| ${head.join(' | ')} |`,
      `|${head.map(() => '---').join('|')}|`,
      ...table.columns.map((column) => `| ${cellsOf(column, words).map(cellText).join(' | ')} |`),
    ].join('\n'),
  )
  return `# ${say(words, 'say.exports.dictionary.title')}\n\n${facts}\n\n${say(words, 'say.exports.dictionary.intro')}\n\n${parts.join('\n\n')}\n`
}

function cellsOf(column: DictionaryColumn, words: Words): string[] {
  const list = column.vocabulary ? ` ${say(words, 'say.exports.dictionary.list', { name: column.vocabulary })}` : ''
  const link = column.refers ? ` → ${column.refers}` : ''
  return [
    column.name,
    column.label,
    column.type,
    `${column.says}${list}${link}`,
    personalWords(column, words),
    column.filled === null ? '' : new Intl.NumberFormat(words.locale, percent).format(column.filled),
    column.from.length > 0
      ? column.from.map(({ file, columns, expression }) => sourceText(file, columns, expression)).join('; ')
      : column.computed
        ? say(words, 'say.exports.dictionary.computed')
        : '',
  ]
}

const percent: Intl.NumberFormatOptions = { style: 'percent', maximumFractionDigits: 1 }

/** The expression alone, unless it is that column and nothing more. */
function sourceText(file: string, columns: string[], expression: string): string {
  const plain = columns.length === 1 && expression === `\`${columns[0]}\``
  return plain ? `${file}: ${columns[0]}` : `${file}: ${columns.join(', ')} (${expression})`
}

function personalWords({ sensitivity, masked }: DictionaryColumn, words: Words): string {
  const says = sensitivity === 'none' ? '' : say(words, `say.exports.dictionary.personal.${sensitivity}`)
  const hidden = masked ? say(words, 'say.exports.dictionary.personal.masked') : ''
  return [says, hidden].filter((each) => each !== '').join(', ')
}

/** Names and expressions come from files: they are text here, not markup. */
function cellText(text: string): string {
  return text
    .replaceAll(/\s+/g, ' ')
    .replaceAll(/[\\|*<>[\]`]|(?<![A-Za-z0-9])_|_(?![A-Za-z0-9])/g, (sign) => `\\${sign}`)
}

/** For a spreadsheet: one row a column, headed by the keys of the JSON. */
export function dictionaryCsv({ tables }: Dictionary): string {
  const header = [
    'table',
    'column',
    'label',
    'type',
    'says',
    'sensitivity',
    'masked',
    'refers',
    'vocabulary',
    'filled',
    'computed',
    'from',
  ]
  const lines = tables.flatMap((table) =>
    table.columns.map((column) => [
      table.name,
      column.name,
      column.label,
      column.type,
      column.says,
      column.sensitivity,
      column.masked,
      column.refers,
      column.vocabulary,
      column.filled,
      column.computed,
      column.from.map(({ file, columns, expression }) => sourceText(file, columns, expression)).join('; '),
    ]),
  )
  return [header, ...lines].map(csvLine).join('')
}

/** The three forms by their file names. */
export function dictionaryFiles(dictionary: Dictionary, words: Words): Record<string, string> {
  return {
    'dictionary.csv': dictionaryCsv(dictionary),
    'dictionary.json': `${JSON.stringify(dictionary, null, 2)}\n`,
    'dictionary.md': dictionaryMarkdown(dictionary, words),
  }
}
