import { formatDate, formatNumber, formatValue } from '../../config/format.ts'
import { hasWord, labelOf, say } from '../../config/words.ts'
import { partLabel } from '../../insights/process-part.ts'
import { metricLabel, missingOf } from '../../metrics/needs.ts'
import type { RowsQuery } from '../../metrics/query.ts'
import type { RowsPage } from '../../metrics/rows.ts'
import { columnNamed, tableNamed } from '../../model/tables.ts'
import { filterOn } from '../charts/points.ts'
import { processPart } from '../parameters.ts'
import type { Scalar } from '../services.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell } from '../view.ts'
import { foundOf, sentenceOf } from './findings.ts'
import { hasPage, hrefOn, rowsCsv, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface RowsContent {
  count: number
  total: string
  /** Why just these rows: `cases that count in the numerator of ...`, `found by the check ...`. */
  about: { text: string; href: string } | null
  search: string
  sorts: Record<string, { href: string; direction: 'ascending' | 'descending' | null }>
  first: string | null
  next: string | null
}

/** Rows of a model table: the cases behind every number. */
export const resolveRows: TileResolver<'rows'> = async (tile, context) => {
  if (tile.metric && isUnknown(tile.metric, context)) return null
  const query = rowsQuery(tile, context)
  const result = await context.services.readRows(query)
  const common = {
    id: tile.id,
    kind: 'rows',
    title: tileTitle(tile, context),
    width: tile.width,
    rows: query,
    csv: rowsCsv(query),
  }
  const content = await contentOf(query, result, context, tile.metric !== undefined)
  if (result.rows.length === 0) return { ...common, state: 'empty', content }
  return {
    ...common,
    state: 'ok',
    content,
    table: {
      caption: common.title,
      columns: shownColumns(result).map((each) => ({
        id: each.id,
        label: each.label,
        numeric: ['integer', 'number', 'money', 'seconds'].includes(each.type),
      })),
      rows: result.rows.map((row) => shownColumns(result).map((column) => cellOf(row, column, query.table, context))),
      more: Math.max(0, result.total - result.rows.length),
    },
  }
}

/** A list of what counts in a metric is left out where the metric cannot be known. */
function isUnknown(metric: string, { services }: TileContext): boolean {
  const needs = services.catalogue.metrics.get(metric)?.needs ?? []
  return missingOf(needs, services.version.present).length > 0
}

function rowsQuery(tile: TileOf<'rows'>, context: TileContext): RowsQuery {
  const { parameters, scope, services } = context
  const process = processPart(parameters.plain.process)
  const { part, check, search, cursor } = parameters.plain
  const metric = tile.metric ?? parameters.plain.metric
  const table = tile.table ?? services.catalogue.metrics.get(metric ?? '')?.from ?? 'cases'
  const present = (column: string): boolean =>
    column.includes('.') ||
    columnNamed(table, column) === undefined ||
    services.version.present.has(`${table}.${column}`)
  const columns = tile.columns ?? columnsOf(table)
  return {
    table,
    columns: ['id', ...columns.filter((each) => each !== 'id' && present(each))],
    ...(scope.where && { where: scope.where }),
    ...(scope.range && { range: scope.range }),
    ...(scope.as_of && { as_of: scope.as_of }),
    ...(metric && services.catalogue.metrics.has(metric) && { metric: { id: metric, part: partNamed(part) } }),
    ...(check && { check }),
    ...(process && table === 'cases' && { process }),
    ...(search && { search }),
    // The newest first; without a date, as in the file.
    order:
      parameters.sort ??
      (tile.order && present(tile.order.by) ? tile.order : { by: columnNamed(table, 'record') ? 'record' : 'id' }),
    ...(cursor && { cursor }),
    limit: tile.limit,
  }
}

/** What a row of any table is read by: its key, then what is neither free text nor a bundle of other columns. */
function columnsOf(table: string): string[] {
  const read = tableNamed(table)?.columns.filter(
    ({ type, sensitivity }) => type !== 'json' && sensitivity !== 'free_text',
  )
  return ['source_key', ...(read ?? []).map((each) => each.name)].filter((each, i, all) => all.indexOf(each) === i)
}

function partNamed(part: string | undefined): 'numerator' | 'denominator' | 'population' {
  return part === 'numerator' || part === 'denominator' ? part : 'population'
}

/** The model's own id is long and says little: the source's key stands for it. */
function shownColumns(result: RowsPage): RowsPage['columns'] {
  const hasKey = result.columns.some((each) => each.id === 'source_key')
  return result.columns.filter((each) => each.id !== 'id' || !hasKey)
}

/** `fixed`: the page says which rows, so the viewer takes nothing away. */
async function contentOf(
  query: RowsQuery,
  result: RowsPage,
  context: TileContext,
  fixed: boolean,
): Promise<RowsContent> {
  const sorts: RowsContent['sorts'] = {}
  for (const { id } of shownColumns(result)) {
    const current = query.order?.by === id ? query.order : null
    sorts[id] = {
      href: hrefOn(context, { sort: { by: id, descending: current ? !current.descending : false } }),
      direction: current ? (current.descending ? 'descending' : 'ascending') : null,
    }
  }
  return {
    count: result.total,
    total: say(context.words, `pages.rows.total`, { count: result.total }),
    about: fixed ? null : await aboutOf(query, context),
    search: query.search ?? '',
    sorts,
    first: query.cursor ? hrefOn(context, {}) : null,
    next:
      result.next === null ? null : hrefOn(context, { plain: { ...context.parameters.plain, cursor: result.next } }),
  }
}

async function aboutOf(query: RowsQuery, context: TileContext): Promise<RowsContent['about']> {
  const { words, services } = context
  if (query.check) {
    const found = (await foundOf(context)).find((each) => each.check === query.check)
    const text = found ? sentenceOf(found, context)[0] : say(words, 'pages.rows.check', { check: query.check })
    return { text, href: hrefOn(context, { plain: { check: '' } }) }
  }
  if (query.process)
    return {
      text: partLabel(query.process, words),
      href: hrefOn(context, { plain: { process: '', metric: '', part: '' } }),
    }
  const metric = query.metric && services.catalogue.metrics.get(query.metric.id)
  if (!metric || !query.metric) return null
  const label = metricLabel(metric, words, services.catalogue)
  const text = say(words, `pages.rows.${query.metric.part}`, { metric: label })
  return { text, href: hrefOn(context, { plain: { metric: '', part: '' } }) }
}

function cellOf(
  row: Record<string, Scalar>,
  column: RowsPage['columns'][number],
  table: string,
  context: TileContext,
): TableCell {
  const value = row[column.id] ?? null
  const cell: TableCell = { text: scalarText(value, column, context, table), value }
  const id = row.id
  if ((column.id === 'source_key' || column.id === 'id') && table === 'cases' && hasPage(context, 'case') && id != null)
    cell.href = `/case/${encodeURIComponent(String(id))}`
  if (column.id === 'source_key' && table === 'customers' && hasPage(context, 'journey') && id != null)
    cell.href = `/journey/${encodeURIComponent(String(id))}`
  const model = columnNamed(table, column.id)
  if (model?.dimension && value !== null && !column.masked) cell.filter = filterOn(column.id, String(value))
  return cell
}

/** One value of a row as text. */
export function scalarText(
  value: Scalar,
  column: { id: string; type: string; masked?: boolean },
  context: Pick<TileContext, 'words'>,
  table = 'cases',
): string {
  const { words } = context
  if (value === null) return '–'
  if (column.masked) return String(value) || say(words, 'pages.masked')
  if (typeof value === 'boolean') return say(words, `pages.value.${value}`)
  if (typeof value === 'number') {
    if (column.type === 'seconds') return formatValue(value, 'seconds', words)
    return formatNumber(value, words, column.type !== 'money' && Number.isInteger(value) ? 0 : 2)
  }
  if (column.type === 'date') return formatDate(value.slice(0, 10), words)
  if (column.type === 'timestamp') return formatDate(value, words, { dateStyle: 'medium', timeStyle: 'short' })
  if (isLink(column.id, table)) return value.slice(value.indexOf(':') + 1)
  const vocabulary = vocabularyWord(column.id, value, table)
  return hasWord(words, vocabulary) ? labelOf(words, vocabulary, value) : value
}

/** Ids of other tables carry the source before the source's own key: people read the key. */
function isLink(column: string, table: string): boolean {
  return columnNamed(table, column)?.refers !== undefined
}

function vocabularyWord(column: string, value: string, table: string): string {
  const name = column.split('.').at(-1) ?? column
  return `values.${columnNamed(table, name)?.vocabulary ?? name}.${value}`
}
