import { RapportError } from '../errors.ts'
import type { MetricContext } from '../metrics/context.ts'
import { labelsOf } from '../metrics/labels.ts'
import type { Query } from '../metrics/query.ts'
import { reachOf } from '../metrics/reach.ts'
import { planRows, type RowsColumn, whereSql } from '../metrics/rows.ts'
import { fromSql } from '../metrics/scope.ts'
import { join, quoteIdentifier, raw, type Sql, sql } from '../sql/sql.ts'
import { textOf } from '../store/cell.ts'
import type { Cell, Row } from '../store/store.ts'
import { blotName } from './blot-name.ts'
import { type FeedbackMark, type FeedbackStatus, feedbackStatuses } from './feedback-log.ts'
import type { TopicsScope } from './read-topics.ts'
import { textsSql } from './texts.ts'
import { topicOfTexts } from './topic-cases.ts'
import type { TopicsEvidence } from './topics-evidence.ts'

export type FeedbackGrouping = 'topic' | 'product'

export interface FeedbackScope extends Pick<Query, 'where' | 'range' | 'as_of'> {
  by: FeedbackGrouping
  status?: FeedbackStatus
  /** Only one group, by its id; empty: those of none. */
  only?: string
  limit: number
  /** Of each group, while there is no `only`. */
  ofEach: number
  offset?: number
}

/** A comment as the viewer may read it, with what became of it. */
export interface FeedbackComment {
  id: string
  text: string
  /** Columns of the survey by name: kind, score and its scale, moment, customer, case, product. */
  values: Record<string, Cell>
  group: string
  status: FeedbackStatus
  mark: FeedbackMark | null
}

export type FeedbackCounts = Record<FeedbackStatus, number>

export interface FeedbackGroup {
  /** Empty for comments of none. */
  id: string
  label: string
  counts: FeedbackCounts
  comments: FeedbackComment[]
}

export interface Feedback {
  by: FeedbackGrouping
  /** Groupings that these comments have. */
  groupings: FeedbackGrouping[]
  /** Over all groups, whatever the status asked for. */
  counts: FeedbackCounts
  groups: FeedbackGroup[]
  columns: RowsColumn[]
  /** Can a status be kept? Only in a project. */
  kept: boolean
}

/** What is kept beside the data. */
export interface FeedbackBook {
  marks: ReadonlyMap<string, FeedbackMark>
  kept: boolean
  topicsOf(scope: TopicsScope): Promise<TopicsEvidence | null>
}

const shown = ['kind', 'score', 'scale_min', 'scale_max', 'responded_at', 'customer', 'case'] as const
/** Groups that are named; the others are reached by a filter. */
const mostGroups = 30

/**
 * Comments by topic or product, the newest first, with their status: counts of every group, and of each the first few, or one group in full.
 * Null where no survey has a comment. Two passes, besides the topics, which are remembered.
 */
export async function readFeedback(
  scope: FeedbackScope,
  { marks, kept, topicsOf }: FeedbackBook,
  context: MetricContext,
): Promise<Feedback | null> {
  const { present } = context.version
  if (!present.has('surveys.comment')) return null
  const { where, range, as_of } = scope
  const asked = { ...(where && { where }), ...(range && { range }), ...(as_of && { as_of }) }
  // Topics of all comments, whatever is filtered: a filter does not change what a comment is about.
  const topics = (await topicsOf({ of: 'comments' }))?.model.topics ?? []
  const product = context.catalogue.dimensions.get('product')
  const reach = product && reachOf('surveys', product, present)
  const hasProducts = reach?.reads.every((each) => present.has(each))
  const groupings: FeedbackGrouping[] = [
    ...(topics.length > 0 ? ['topic' as const] : []),
    ...(hasProducts ? ['product' as const] : []),
  ]
  const by = groupings.includes(scope.by) ? scope.by : (groupings[0] ?? 'topic')
  const columns = shown.filter((each) => present.has(`surveys.${each}`))
  const listing = await planRows(
    { table: 'surveys', columns: ['id', ...columns, ...(hasProducts ? ['product'] : []), 'comment'], ...asked },
    context,
  )
  const names = listing.columns.map((each) => `${each.sql} AS ${quoteIdentifier(each.id)}`)
  const written = raw(`trim("surveys"."comment") <> ''`)
  const byTopic = by === 'topic' && topics.length > 0
  const told = byTopic
    ? sql`SELECT "texts"."id" AS "id", "of"."topic" AS "topic" FROM "texts" JOIN (${topicOfTexts(topics, context)}) AS "of" ON "of"."text" = "texts"."text"`
    : raw('SELECT CAST(NULL AS VARCHAR) AS "id", CAST(NULL AS VARCHAR) AS "topic" WHERE FALSE')
  const group = byTopic
    ? '"told"."topic"'
    : by === 'product' && hasProducts
      ? '"each"."product"'
      : 'CAST(NULL AS VARCHAR)'
  const comments = sql`WITH "texts" AS (${await textsSql({ of: 'comments', ...asked }, context)}), "told" AS (${told}), "marked" AS (${markedSql(marks)}),
"each" AS (SELECT ${raw(names.join(', '))} FROM ${raw(fromSql(listing.scope))}${whereSql([...listing.where, written])}),
"comments" AS MATERIALIZED (SELECT "each".*, coalesce(${raw(group)}, '') AS "group", coalesce("marked"."status", 'new') AS "status"
  FROM "each" LEFT JOIN "told" ON "told"."id" = "each"."id" LEFT JOIN "marked" ON "marked"."survey" = "each"."id")`
  const [counted, listed] = await Promise.all([
    context.store.rows(sql`${comments} SELECT "group", "status", count(*) AS "n" FROM "comments" GROUP BY ALL`),
    context.store.rows(sql`${comments} ${pageSql(scope, columns.includes('responded_at'), context)}`),
  ])
  const products = [
    ...listed.map((row) => row.product ?? null),
    ...(by === 'product' ? counted.map((row) => String(row.group)) : []),
  ].filter((each) => each !== null && each !== '')
  const labels = product ? await labelsOf(product, products, context) : {}
  const label = (id: string): string =>
    id === '' || by === 'topic'
      ? (topics
          .find((each) => each.id === id)
          ?.terms.slice(0, 4)
          .join(', ') ?? '')
      : product
        ? (labels[id] ?? id)
        : id
  const named = (row: Row): Row =>
    row.product === null || row.product === undefined
      ? row
      : { ...row, product: labels[String(row.product)] ?? row.product }
  const groups = groupsOf(counted, label)
  for (const row of listed) groups.get(String(row.group))?.comments.push(commentOf(named(row), listing.columns, marks))
  const all = [...groups.values()].toSorted(
    (a, b) => Number(a.id === '') - Number(b.id === '') || sizeOf(b) - sizeOf(a) || a.label.localeCompare(b.label),
  )
  return {
    by,
    groupings,
    counts: sumOf(all),
    groups: all.slice(0, mostGroups),
    columns: listing.columns.map(({ id, label: text, type, masked }) => ({ id, label: text, type, masked })),
    kept,
  }
}

/** Surveys that are no longer new. */
function markedSql(marks: ReadonlyMap<string, FeedbackMark>): Sql {
  const moved = [...marks.values()].filter(({ status }) => status !== 'new')
  if (moved.length === 0)
    return raw('SELECT CAST(NULL AS VARCHAR) AS "survey", CAST(NULL AS VARCHAR) AS "status" WHERE FALSE')
  const rows = moved.map(({ survey, status }) => sql`(CAST(${survey} AS VARCHAR), CAST(${status} AS VARCHAR))`)
  return sql`SELECT * FROM (VALUES ${join(rows)}) AS "marks"("survey", "status")`
}

function pageSql(
  { status, only, limit, ofEach, offset = 0 }: FeedbackScope,
  isDated: boolean,
  context: MetricContext,
): Sql {
  const order = isDated ? '"responded_at" DESC NULLS LAST, "id"' : '"id"'
  const conditions = [
    ...(status ? [sql`"status" = ${status}`] : []),
    ...(only === undefined ? [] : [sql`"group" = ${only}`]),
  ]
  const named =
    context.viewer.personalData !== 'show' &&
    ['customers.name', 'surveys.customer'].every((each) => context.version.present.has(each))
  const [name, joined] = named
    ? ['"writer"."name"', ' LEFT JOIN cx."customers" AS "writer" ON "writer"."id" = "page"."customer"']
    : ['CAST(NULL AS VARCHAR)', '']
  const cut = only === undefined ? `"place" <= ${ofEach}` : `"place" > ${offset} AND "place" <= ${offset + limit}`
  return sql`SELECT "page".*, ${raw(name)} AS "writer_name" FROM (SELECT *, row_number() OVER (PARTITION BY "group" ORDER BY ${raw(order)}) AS "place" FROM "comments"${whereSql(conditions)}) AS "page"${raw(joined)}
WHERE ${raw(cut)} ORDER BY "group", "place"`
}

const none = (): FeedbackCounts => ({ new: 0, accepted: 0, done: 0 })

function groupsOf(rows: Row[], label: (id: string) => string): Map<string, FeedbackGroup> {
  const groups = new Map<string, FeedbackGroup>()
  for (const row of rows) {
    const id = String(row.group)
    const group = groups.get(id) ?? { id, label: label(id), counts: none(), comments: [] }
    group.counts[row.status as FeedbackStatus] += Number(row.n)
    groups.set(id, group)
  }
  return groups
}

export const sizeOf = ({ counts }: Pick<FeedbackGroup, 'counts'>): number =>
  feedbackStatuses.reduce((sum, each) => sum + counts[each], 0)

function sumOf(groups: FeedbackGroup[]): FeedbackCounts {
  const sum = none()
  for (const { counts } of groups) for (const status of feedbackStatuses) sum[status] += counts[status]
  return sum
}

function commentOf(row: Row, columns: RowsColumn[], marks: ReadonlyMap<string, FeedbackMark>): FeedbackComment {
  const id = String(row.id)
  return {
    id,
    text: blotName(String(row.comment), textOf(row.writer_name)),
    values: Object.fromEntries(
      columns.flatMap((each) => (each.id === 'comment' ? [] : [[each.id, row[each.id] ?? null]])),
    ),
    group: String(row.group),
    status: row.status as FeedbackStatus,
    mark: marks.get(id) ?? null,
  }
}

/** The model id of the survey that is meant, by that id or by the key of its source; anything else is refused. */
export async function surveyNamed(text: string, { store }: Pick<MetricContext, 'store'>): Promise<string> {
  const rows = await store.rows(
    sql`SELECT "id" FROM cx."surveys" WHERE "id" = ${text} OR "source_key" = ${text} ORDER BY "id" = ${text} DESC, "id" LIMIT 2`,
  )
  const [first, second] = rows.map((row) => String(row.id))
  if (first === undefined)
    throw new RapportError(
      {
        code: 'survey-unknown',
        message: `There is no survey "${text}".`,
        where: text,
        fix: '"rapport feedback list" has the ids.',
      },
      5,
    )
  if (second !== undefined && first !== text)
    throw new RapportError(
      {
        code: 'survey-ambiguous',
        message: `"${text}" is the key of several surveys, ${first} and ${second} among them.`,
        where: text,
        fix: 'Give the whole id.',
      },
      2,
    )
  return first
}
