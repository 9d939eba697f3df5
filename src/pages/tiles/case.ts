import { formatNumber } from '../../config/format.ts'
import { labelOf, say } from '../../config/words.ts'
import { fieldLabel } from '../../metrics/needs.ts'
import type { RowsPage } from '../../metrics/rows.ts'
import { tableNamed } from '../../model/tables.ts'
import type { Scalar } from '../services.ts'
import { type CaseClock, clocksOfCase } from './case-clocks.ts'
import { nameOfLoad } from './loads.ts'
import { scalarText } from './rows.ts'
import { hasPage, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface CaseField {
  id: string
  label: string
  text: string
  long: boolean
}

/** A case of the same customer: its number, and what it was about. */
export interface OtherCase {
  text: string
  about: string
  href: string
}

export interface CaseContent {
  key: string
  fields: CaseField[]
  texts: CaseField[]
  customer: { name: string; href: string | null; fields: CaseField[]; others: OtherCase[] | null } | null
  /** Its moments in the order in which they happened; a moment that stands before one that must come first is marked. */
  times: { id: string; label: string; text: string; wrong: string }[]
  /** How long what took, each with the intervals that sum to it; absent where nothing was computed. */
  clocks?: CaseClock[]
  survey: { score: string; scale: string; comment: string } | null
  record: { file: string; record: string; line: string; values: { name: string; value: string }[] } | null
}

const links = new Set(['customer', 'follow_up_of', 'load'])
const hidden = new Set(['id', 'source', 'source_key', 'attributes', 'load', 'record', 'customer'])

/** Everything that is known about one case, and where each word of it came from. */
export const resolveCase: TileResolver<'case'> = async (tile, context) => {
  const { words, parameters } = context
  const id = parameters.plain.id ?? ''
  const common = { id: tile.id, kind: 'case', title: tileTitle(tile, context), width: tile.width }
  const found = id === '' ? null : await rowOf('cases', id, context)
  const row = found?.rows[0]
  if (!found || !row) {
    const problem = {
      code: 'case-unknown',
      message: say(words, 'pages.case.unknown', { id }),
      fix: say(words, 'pages.case.unknown.fix'),
    }
    return { ...common, state: 'empty', problem }
  }
  const clocks = await clocksOfCase(row, context)
  const content: CaseContent = {
    key: String(row.source_key ?? id.slice(id.indexOf(':') + 1)),
    ...fieldsOf(found, row, context),
    times: timesOf(found, row, context),
    ...(clocks.length > 0 ? { clocks } : {}),
    customer: await customerOf(row, context),
    survey: await surveyOf(id, context),
    record: await recordOf(row, context),
  }
  return { ...common, state: 'ok', content }
}

/** Columns of a table that hold something in this version. */
function columnsOf(table: string, context: TileContext): string[] {
  const { present } = context.services.version
  const named = (tableNamed(table)?.columns ?? []).filter((each) => present.has(`${table}.${each.name}`))
  return ['id', 'source_key', 'load', 'record', ...named.map((each) => each.name)].filter(
    (each, index, list) => list.indexOf(each) === index && each !== 'attributes',
  )
}

/** One row by its id. Ordered by id, the shortest id that holds the text comes first: the id itself, if it is there. */
async function rowOf(table: string, id: string, context: TileContext): Promise<RowsPage | null> {
  const { readRows, facts } = context.services
  const found =
    (await facts.rowsBy?.(table, 'id', id, columnsOf(table, context))) ??
    (await readRows({ table, columns: columnsOf(table, context), search: id, order: { by: 'id' }, limit: 1 }))
  return found.rows[0]?.id === id ? found : null
}

function fieldsOf(
  result: RowsPage,
  row: Record<string, Scalar>,
  context: TileContext,
): Pick<CaseContent, 'fields' | 'texts'> {
  const fields = result.columns
    .filter(
      (each) =>
        !hidden.has(each.id) && !links.has(each.id) && each.type !== 'timestamp' && !/_(on|hour)$/.test(each.id),
    )
    .filter((each) => row[each.id] !== null && row[each.id] !== undefined)
    .map((each) => ({
      id: each.id,
      label: each.label || fieldLabel(`cases.${each.id}`, context.words),
      text: scalarText(row[each.id] ?? null, each, context),
      long: each.id === 'description' || each.id === 'resolution',
    }))
  const channel = fields.find((each) => each.id === 'channel')?.text
  return {
    // The source's own word is worth a line only where it is another.
    fields: fields.filter((each) => !each.long && !(each.id === 'medium' && each.text === channel)),
    texts: fields.filter((each) => each.long),
  }
}

/** Moments that must not come before the one on the left. */
const order = ['created_at', 'assigned_at', 'first_response_at', 'first_solved_at', 'solved_at', 'closed_at']

function timesOf(result: RowsPage, row: Record<string, Scalar>, context: TileContext): CaseContent['times'] {
  const moments = result.columns
    .filter((each) => each.type === 'timestamp' && row[each.id] != null)
    .map((each) => ({ column: each, at: String(row[each.id]) }))
    .toSorted((a, b) => a.at.localeCompare(b.at))
  return moments.map(({ column, at }) => {
    const place = order.indexOf(column.id)
    const before = moments.find(
      (other) => order.indexOf(other.column.id) < place && order.indexOf(other.column.id) >= 0 && other.at > at,
    )
    const label = (each: RowsPage['columns'][number]) => each.label || fieldLabel(`cases.${each.id}`, context.words)
    return {
      id: column.id,
      label: label(column),
      text: scalarText(at, { ...column, type: 'timestamp' }, context),
      wrong: before && place >= 0 ? say(context.words, 'pages.case.before', { other: label(before.column) }) : '',
    }
  })
}

async function customerOf(row: Record<string, Scalar>, context: TileContext): Promise<CaseContent['customer']> {
  const id = row.customer
  if (id === null || id === undefined) return null
  const found = await rowOf('customers', String(id), context)
  const customer = found?.rows[0]
  if (!found || !customer) return null
  const fields = found.columns
    .filter((each) => !hidden.has(each.id) && customer[each.id] != null && !/_(hour)$/.test(each.id))
    .map((each) => ({
      id: each.id,
      label: each.label || fieldLabel(`customers.${each.id}`, context.words),
      text: scalarText(customer[each.id] ?? null, each, context),
      long: false,
    }))
  const name = fields.find((each) => each.id === 'name')?.text ?? String(id)
  return {
    name,
    href: hasPage(context, 'journey') ? `/journey/${encodeURIComponent(String(id))}` : null,
    fields: fields.filter((each) => each.id !== 'name'),
    others: context.services.facts.rowsBy ? await othersOf(String(id), String(row.id), context) : null,
  }
}

const mostOthers = 20

/** The other cases of the customer: the history that an agent asks for. */
async function othersOf(customer: string, id: string, context: TileContext): Promise<OtherCase[]> {
  const shown = ['subject', 'status', 'created_at'].filter((each) =>
    context.services.version.present.has(`cases.${each}`),
  )
  const found = await context.services.facts.rowsBy?.('cases', 'customer', customer, ['id', 'source_key', ...shown])
  return (found?.rows ?? [])
    .filter((each) => each.id !== id)
    .slice(0, mostOthers)
    .map((each) => ({
      text: String(each.source_key ?? each.id),
      about: (found?.columns ?? [])
        .filter((column) => shown.includes(column.id) && each[column.id] != null)
        .map((column) => scalarText(each[column.id] ?? null, column, context))
        .join(' · '),
      href: `/case/${encodeURIComponent(String(each.id))}`,
    }))
}

async function surveyOf(id: string, context: TileContext): Promise<CaseContent['survey']> {
  const { words } = context
  const found = await context.services.facts.rowsBy?.('surveys', 'case', id)
  const survey = found?.rows[0]
  if (!survey || typeof survey.score !== 'number') return null
  return {
    score: formatNumber(survey.score, words),
    scale: say(words, 'pages.case.scale', { low: Number(survey.scale_min), high: Number(survey.scale_max) }),
    comment: String(survey.comment ?? ''),
  }
}

async function recordOf(row: Record<string, Scalar>, context: TileContext): Promise<CaseContent['record']> {
  const { words, services } = context
  if (typeof row.load !== 'string' || typeof row.record !== 'number') return null
  const load = (await services.facts.loads()).find((each) => each.id === row.load)
  const raw = await services.facts.recordOf?.(row.load, row.record)
  return {
    file: load ? nameOfLoad(load, words) : row.load,
    record: formatNumber(row.record, words),
    line: raw?.line == null ? '' : formatNumber(raw.line, words),
    values: Object.entries(raw?.values ?? {}).map(([name, value]) => ({
      name,
      value: value ?? labelOf(words, 'pages.value.none', '–'),
    })),
  }
}
