import { formatDate, formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { KeptColumn, KeptLoad } from '../../flow/check/history.ts'
import type { ColumnFact, LoadFact } from '../services.ts'
import { loadBefore, loadsBefore } from './earlier.ts'
import { nameOfLoad } from './loads.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface ProfileColumn {
  name: string
  type: string
  missing: { text: string; share: number }
  distinct: string
  /** Bars from 0 to 1: a histogram of numbers and dates, or the most frequent values. */
  spark: { kind: 'shape' | 'top'; values: number[]; label: string } | null
  range: string
  examples: string[]
  masked: boolean
  /** Close to a person: said beside the name. */
  personal: string
  fills: string[]
  /** What was otherwise in the version before. */
  changes: string[]
}

export interface ProfileContent {
  files: { path: string; columns: ProfileColumn[] }[]
}

/** Types whose lowest and highest value say something; of words the most frequent do. */
const ordered = new Set(['integer', 'number', 'money', 'seconds', 'timestamp', 'date'])
const hidden = new Set(['direct_id', 'free_text', 'special'])

/** Every source column: type, gaps, different values, their distribution. */
export const resolveProfile: TileResolver<'profile'> = async (tile, context) => {
  const { facts } = context.services
  const [loads, columns, earlier] = await Promise.all([facts.loads(), facts.columns(), loadsBefore(context)])
  const files = loads
    .map((load) => {
      const before = earlier && loadBefore(load, earlier)
      return { load, before, known: new Map(before?.columns.map((each) => [each.name, each])) }
    })
    .map(({ load, before, known }) => ({
      path: nameOfLoad(load, context.words),
      columns: columns
        .filter((each) => each.load === load.id)
        .toSorted((a, b) => a.position - b.position)
        .map((each) => ({
          ...columnOf(each, load.records, context),
          changes: before ? changesOf(each, load, { load: before, column: known.get(each.name) }, context) : [],
        })),
    }))
  const content: ProfileContent = { files: files.filter((each) => each.columns.length > 0) }
  const common = { id: tile.id, kind: 'profile', title: tileTitle(tile, context), width: tile.width }
  return content.files.length > 0 ? { ...common, state: 'ok', content } : { ...common, state: 'empty' }
}

/** Changes of the share without a value by less are none. */
const leastShare = 0.005

function changesOf(
  fact: ColumnFact,
  { records }: LoadFact,
  { load, column }: { load: KeptLoad; column: KeptColumn | undefined },
  context: TileContext,
): string[] {
  const { words } = context
  if (!column) return [say(words, 'pages.profile.new-column')]
  const changes: string[] = []
  const [now, before] = [fact.missing / Math.max(1, records), column.missing / Math.max(1, load.records)]
  if (Math.abs(now - before) >= leastShare)
    changes.push(say(words, 'pages.profile.was-missing', { share: formatValue(before, 'ratio', words) }))
  if (fact.type !== column.type)
    changes.push(say(words, 'pages.profile.was-type', { type: say(words, `pages.type.${column.type}`) }))
  if (fact.distinct_values !== null && column.distinct !== null && fact.distinct_values !== column.distinct)
    changes.push(say(words, 'pages.profile.was-distinct', { count: formatNumber(column.distinct, words) }))
  const { lowest, highest } = column
  if (lowest !== null && fact.type === column.type && (fact.lowest !== lowest || fact.highest !== highest))
    changes.push(say(words, 'pages.profile.was-range', { range: rangeOf({ ...fact, lowest, highest }, context) }))
  return changes
}

function columnOf(fact: ColumnFact, records: number, context: TileContext): Omit<ProfileColumn, 'changes'> {
  const { words } = context
  const masked = hidden.has(fact.sensitivity) && fact.top.length === 0 && fact.lowest === null
  const share = records > 0 ? fact.missing / records : 0
  return {
    name: fact.name,
    type: say(words, `pages.type.${fact.type}`),
    missing: { text: fact.missing === 0 ? '–' : formatValue(share, 'ratio', words), share },
    distinct: fact.distinct_values === null ? '–' : formatNumber(fact.distinct_values, words),
    spark: sparkOf(fact, context),
    range: masked || !ordered.has(fact.type) || fact.lowest === null ? '' : rangeOf(fact, context),
    examples: masked ? [] : fact.top.slice(0, 3).map((each) => each.value),
    masked,
    personal: fact.sensitivity === 'none' ? '' : say(words, `pages.sensitivity.${fact.sensitivity}`),
    fills: fact.fills.map((each) => each.column),
  }
}

function sparkOf(fact: ColumnFact, context: TileContext): ProfileColumn['spark'] {
  const { words } = context
  if (fact.shape.length > 1) {
    const most = Math.max(...fact.shape, 1)
    return { kind: 'shape', values: fact.shape.map((each) => each / most), label: say(words, 'pages.profile.shape') }
  }
  if (fact.top.length < 2) return null
  const most = Math.max(...fact.top.map((each) => each.count), 1)
  return {
    kind: 'top',
    values: fact.top.slice(0, 8).map((each) => each.count / most),
    label: say(words, 'pages.profile.top', { count: Math.min(8, fact.top.length) }),
  }
}

function rangeOf(fact: ColumnFact, context: TileContext): string {
  return say(context.words, 'pages.range', {
    low: endOf(fact, fact.lowest, context),
    high: endOf(fact, fact.highest, context),
  })
}

function endOf(fact: ColumnFact, value: string | null, context: TileContext): string {
  if (value === null) return '–'
  if (fact.type === 'date') return formatDate(value.slice(0, 10), context.words)
  if (fact.type === 'timestamp') return formatDate(value, context.words, { dateStyle: 'medium', timeStyle: 'short' })
  const number = Number(value)
  if (['integer', 'number', 'money', 'seconds'].includes(fact.type) && Number.isFinite(number))
    return formatNumber(number, context.words, Number.isInteger(number) ? 0 : 2)
  return value.length > 24 ? `${value.slice(0, 23)}…` : value
}
