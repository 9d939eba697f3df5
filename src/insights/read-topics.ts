import type { MetricContext } from '../metrics/context.ts'
import { valueLabel } from '../metrics/labels.ts'
import { reachOf } from '../metrics/reach.ts'
import { type Memory, remember } from '../metrics/remember.ts'
import { operate } from '../sql/ops.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import { groupNearDuplicates } from '../stats/text/near-duplicates.ts'
import { fitTopics, type ModelTopic, type TopicModel } from '../stats/text/topic-model.ts'
import { nameStems, type Term, type Vocabulary, vocabularyOf } from '../stats/text/vocabulary.ts'
import { stemsOf } from '../stats/text/words.ts'
import { textOf } from '../store/cell.ts'
import type { Row } from '../store/store.ts'
import { blotName } from './blot-name.ts'
import { handledSql, scoresSql, sidesSql } from './case-measures.ts'
import { findTemplates } from './templates.ts'
import { type TextScope, textColumns, textsSql } from './texts.ts'
import { topicOfTexts, wordsInTexts } from './topic-cases.ts'
import type { ContrastEvidence, Quote, SameTexts, TopicsEvidence } from './topics-evidence.ts'

/** Sides of a contrast: `csat`, or a dimension, with one of its values or each. */
export interface ContrastSides {
  by: string
  value?: string
}

export interface TopicsScope extends TextScope {
  /** Topics in each value of a dimension. */
  by?: string
  contrast?: ContrastSides
}

/** Texts by which topics are found. All texts are then told by them. */
const sample = 4000
/** Prints that are looked at for near duplicates, the most frequent first. */
const prints = 3000
/** Fewer texts have no topics. */
export const fewestTexts = 100
/** Texts by which words are compared: more would tell differences that no one could see in the texts. */
const compared = 50_000
/** Values of a dimension that are set against the others. */
const mostGroups = 12

/** What is learnt from the texts alone, whatever is then asked of their topics. */
interface Learnt extends Awaited<ReturnType<typeof readVocabulary>> {
  same: Awaited<ReturnType<typeof readSame>>
  model: TopicModel
  quotes: TopicsEvidence['quotes']
  templates: TopicsEvidence['templates']
}

const memory: Memory<Learnt> = new WeakMap()

/** Two passes and a fit of seconds: once as long as a version is open. */
function learnTopics(text: TextScope, context: MetricContext): Promise<Learnt> {
  return remember(memory, context.store, JSON.stringify([text, context.viewer.personalData]), async () => {
    const names = await namesOf(context)
    const same = await readSame(text, context, names)
    const { sampled, vocabulary } = await readVocabulary(text, context, names)
    const model: TopicModel =
      same.texts >= fewestTexts ? fitTopics(vocabulary) : { topics: [], texts: sampled.length, tried: [], unstable: 0 }
    const templates = findTemplates(sampled.map((each) => each.text))
    return { same, sampled, vocabulary, model, quotes: quotesOf(model.topics, sampled), templates }
  })
}

/** Null where no column holds text. Four passes: prints, a sample, figures by topic, words by side. */
export async function readTopics(scope: TopicsScope, context: MetricContext): Promise<TopicsEvidence | null> {
  const text: TextScope = { of: scope.of, where: scope.where, range: scope.range, as_of: scope.as_of }
  if (textColumns(text.of, context).length === 0) return null
  const { same, sampled, vocabulary, model, quotes, templates } = await learnTopics(text, context)
  return {
    scope: text,
    ...same,
    sampled: sampled.length,
    model,
    ...(await readSums(model.topics, { ...scope, ...text }, context)),
    quotes,
    templates,
    knows: { satisfaction: scoresSql(context) !== null, handling: handledSql(context) !== null },
    contrast: scope.contrast ? await readContrast(scope.contrast, vocabulary.words, text, context) : null,
  }
}

/** Words by side alone, for who needs no topics. */
export async function readTextContrast(
  scope: TextScope,
  sides: ContrastSides,
  context: MetricContext,
): Promise<ContrastEvidence | null> {
  if (textColumns(scope.of, context).length === 0) return null
  const { vocabulary } = await readVocabulary(scope, context, await namesOf(context))
  return readContrast(sides, vocabulary.words, scope, context)
}

async function readVocabulary(
  scope: TextScope,
  context: MetricContext,
  names: ReadonlySet<string>,
): Promise<{ sampled: Quote[]; vocabulary: Vocabulary }> {
  const sampled = await readSample(scope, context)
  const texts = sampled.map((each) => each.text)
  const limits = { least: Math.max(4, Math.ceil(0.004 * texts.length)), most: 0.5, size: 400 }
  return {
    sampled,
    vocabulary: vocabularyOf(texts, limits, context.viewer.personalData === 'show' ? undefined : names),
  }
}

/** What agents are called is no topic. */
async function namesOf({ store, version }: MetricContext): Promise<Set<string>> {
  if (!version.present.has('agents.name')) return new Set()
  const rows = await store.rows(sql`SELECT "name" FROM cx."agents" WHERE "name" IS NOT NULL ORDER BY "id" LIMIT 5000`)
  return nameStems(rows.map(({ name }) => String(name)))
}

function handledJoin(context: MetricContext): { with: Sql; join: Sql; seconds: Sql } {
  const handled = handledSql(context)
  if (!handled) return { with: raw(''), join: raw(''), seconds: raw('CAST(NULL AS DOUBLE)') }
  return {
    with: sql`, "handled" AS (${handled})`,
    join: raw(' LEFT JOIN "handled" ON "handled"."case" = "texts"."case"'),
    seconds: raw('"handled"."seconds"'),
  }
}

/** A text that stands in a row, with the name of who wrote it, so that the name can be blotted out in it. */
function shownSql(context: MetricContext): { text: Sql; name: Sql; join: Sql } {
  const { store, version, viewer } = context
  const masked = viewer.personalData !== 'show'
  const named = masked && version.present.has('customers.name')
  return {
    text: raw(masked ? operate(store.dialect, 'mask_contacts', '"text"') : '"text"'),
    name: raw(named ? '"customers"."name"' : 'CAST(NULL AS VARCHAR)'),
    join: raw(named ? ' LEFT JOIN cx."customers" AS "customers" ON "customers"."id" = "customer"' : ''),
  }
}

async function readSame(
  scope: TextScope,
  context: MetricContext,
  names: ReadonlySet<string>,
): Promise<{ texts: number; different: number; same: SameTexts[] }> {
  const { dialect } = context.store
  const handled = handledJoin(context)
  const shown = shownSql(context)
  const print = raw(operate(dialect, 'text_print', '"text"'))
  const last = (column: string) => raw(operate(dialect, 'latest', `"${column}"`, '"id"'))
  // Equal texts are brought together first: a print costs more than a comparison.
  const rows = await context.store.rows(sql`WITH "texts" AS (${await textsSql(scope, context)})${handled.with},
"equal" AS (SELECT "text", max("id") AS "id", ${last('customer')} AS "customer", count(*) AS "n", count("seconds") AS "handled", sum("seconds") AS "seconds"
  FROM (SELECT "texts"."id", "texts"."customer", "texts"."text", ${handled.seconds} AS "seconds" FROM "texts"${handled.join}) AS "each" GROUP BY "text"),
"prints" AS (SELECT ${print} AS "print", max("id") AS "id", ${last('text')} AS "text", ${last('customer')} AS "customer",
  CAST(sum("n") AS DOUBLE) AS "n", CAST(sum("handled") AS DOUBLE) AS "handled", CAST(sum("seconds") AS DOUBLE) AS "seconds" FROM "equal" GROUP BY 1),
"most" AS (SELECT * FROM "prints" ORDER BY "n" DESC, "print" LIMIT ${raw(String(prints))})
SELECT "most"."id" AS "id", ${shown.text} AS "text", ${shown.name} AS "name", "n", "handled", "seconds", "all"."texts" AS "texts", "all"."different" AS "different"
FROM "most"${shown.join} CROSS JOIN (SELECT CAST(sum("n") AS DOUBLE) AS "texts", count(*) AS "different" FROM "prints") AS "all"
ORDER BY "n" DESC, "print"`)
  const [first] = rows
  const all = { texts: Number(first?.texts ?? 0), different: Number(first?.different ?? 0) }
  return { ...all, same: mergeSame(rows, names) }
}

/** Prints of near duplicates together, each group under its most frequent text. */
function mergeSame(rows: Row[], names: ReadonlySet<string>): SameTexts[] {
  const places = new Map<string, number>()
  const sets = rows.map(({ text }) => {
    const stems = [...stemsOf(String(text))].filter((stem) => !names.has(stem))
    for (const stem of stems) if (!places.has(stem)) places.set(stem, places.size)
    return new Set(stems.map((stem) => places.get(stem)!))
  })
  const groups = new Map<number, SameTexts>()
  groupNearDuplicates(sets).forEach((leader, index) => {
    const row = rows[index]!
    const group = groups.get(leader) ?? { ...quoteOf(row), texts: 0, handled: 0, seconds: 0 }
    group.texts += Number(row.n ?? 0)
    group.handled += Number(row.handled ?? 0)
    group.seconds += Number(row.seconds ?? 0)
    // Two words are a heading that many questions share, not a question.
    if ((sets[leader]?.size ?? 0) >= 3) groups.set(leader, group)
  })
  return [...groups.values()].toSorted((a, b) => b.texts - a.texts || (a.id < b.id ? -1 : 1)).slice(0, 100)
}

async function readSample(scope: TextScope, context: MetricContext): Promise<Quote[]> {
  const { dialect } = context.store
  const shown = shownSql(context)
  const rows = await context.store.rows(sql`WITH "texts" AS (${await textsSql(scope, context)}),
"drawn" AS (SELECT "id", "text", "customer" FROM "texts" ORDER BY ${raw(operate(dialect, 'digest', '"id"'))}, "id" LIMIT ${raw(String(sample))})
SELECT "drawn"."id" AS "id", ${shown.text} AS "text", ${shown.name} AS "name" FROM "drawn"${shown.join} ORDER BY ${raw(operate(dialect, 'digest', '"drawn"."id"'))}, "drawn"."id"`)
  return rows.map(quoteOf)
}

function quoteOf({ id, text, name }: Row): Quote {
  return { id: String(id), text: blotName(String(text).replace(/^\. /, ''), textOf(name)) }
}

/** Of each topic the text that has most of its words for its length: of a length that can be read, where there is one. */
function quotesOf(topics: ModelTopic[], sampled: Quote[]): Record<string, Quote> {
  const read = sampled.map((quote) => ({ quote, stems: stemsOf(quote.text) }))
  return Object.fromEntries(
    topics.flatMap(({ id, words }) => {
      const scored = read.map(({ quote, stems }) => {
        const score = words.reduce((sum, { stem, weight }) => sum + (stems.has(stem) ? weight : 0), 0)
        const { length } = quote.text
        return { quote, score: (score / Math.sqrt(stems.size + 4)) * (length >= 30 && length <= 400 ? 2 : 1) }
      })
      const best = scored.reduce((a, b) => (b.score > a.score ? b : a), { quote: sampled[0]!, score: 0 })
      return best.score > 0 ? [[id, best.quote]] : []
    }),
  )
}

/** Of each topic and of the texts of none: how many, how satisfied, how much work. */
export async function readSums(
  topics: ModelTopic[],
  scope: TopicsScope,
  context: MetricContext,
): Promise<Pick<TopicsEvidence, 'sums' | 'groups'>> {
  const { by, of, where, range, as_of } = scope
  const handled = handledJoin(context)
  const scores = scoresSql(context)
  const group = raw(by ? '"texts"."group"' : 'CAST(NULL AS VARCHAR)')
  const answers = (name: string) => raw(scores ? `CAST(sum("scores"."${name}") AS DOUBLE)` : 'CAST(NULL AS DOUBLE)')
  const rows =
    await context.store.rows(sql`WITH "texts" AS (${await textsSql({ of, where, range, as_of }, context, by)}),
"told" AS (${topicOfTexts(topics, context)})${handled.with}${scores ? sql`, "scores" AS (${scores})` : raw('')}
SELECT "told"."topic" AS "topic", ${group} AS "group", count(*) AS "texts", ${answers('answers')} AS "answers", ${answers('sum')} AS "sum",
  ${answers('squares')} AS "squares", count(${handled.seconds}) AS "handled", CAST(sum(${handled.seconds}) AS DOUBLE) AS "seconds"
FROM "texts" LEFT JOIN "told" ON "told"."text" = "texts"."text"${handled.join}${raw(scores ? ' LEFT JOIN "scores" ON "scores"."case" = "texts"."case"' : '')}
GROUP BY ALL ORDER BY "texts" DESC`)
  const number = (row: Row, key: string) => Number(row[key] ?? 0)
  const sums = [...topics.map(({ id }) => id), null].map((topic) => {
    const own = rows.filter((row) => (row.topic ?? null) === topic)
    const sum = (key: string) => own.reduce((total, row) => total + number(row, key), 0)
    return {
      topic,
      texts: sum('texts'),
      answers: sum('answers'),
      sum: sum('sum'),
      squares: sum('squares'),
      handled: sum('handled'),
      seconds: sum('seconds'),
    }
  })
  if (!by) return { sums, groups: null }
  const labels = labelsOf(by, context)
  return {
    sums,
    groups: {
      by,
      rows: rows.map((row) => {
        const value = textOf(row.group)
        const topic = textOf(row.topic)
        return { topic, group: value, label: labels(value), texts: number(row, 'texts') }
      }),
    },
  }
}

function labelsOf(by: string, context: MetricContext): (value: string | null) => string {
  const dimension = context.catalogue.dimensions.get(by)
  return (value) => (dimension ? valueLabel(dimension, value, context) : (value ?? '–'))
}

/** A dimension that texts of this field have here. One that nobody knows is refused with its name by the list of rows. */
function isReached(by: string, { of }: TextScope, { catalogue, version }: MetricContext): boolean {
  const dimension = catalogue.dimensions.get(by)
  return !dimension || reachOf(of === 'cases' ? 'cases' : 'surveys', dimension, version.present) !== null
}

async function readContrast(
  { by, value }: ContrastSides,
  vocabulary: Term[],
  scope: TextScope,
  context: MetricContext,
): Promise<ContrastEvidence | null> {
  const stems = vocabulary.map(({ stem }) => stem).filter((stem) => /^\p{L}+$/u.test(stem))
  if (stems.length === 0) return null
  const sides = by === 'csat' ? sidesSql(context) : null
  if (by === 'csat' ? !sides : !isReached(by, scope, context)) return null
  const texts = await textsSql(scope, context, by === 'csat' ? undefined : by)
  const sided = sides
    ? sql`SELECT "written"."id" AS "id", "written"."text" AS "text", "sides"."side" AS "group" FROM (${texts}) AS "written" JOIN (${sides}) AS "sides" ON "sides"."case" = "written"."case"`
    : sql`SELECT "id", "text", "group" FROM (${texts}) AS "written" WHERE "group" IS NOT NULL`
  const drawn = raw(operate(context.store.dialect, 'digest', '"id"'))
  const rows =
    await context.store.rows(sql`WITH "texts" AS MATERIALIZED (SELECT * FROM (${sided}) AS "sided" ORDER BY ${drawn}, "id" LIMIT ${raw(String(compared))}),
"different" AS (SELECT "text", "group", count(*) AS "n" FROM "texts" GROUP BY 1, 2)
SELECT "group", CAST(NULL AS VARCHAR) AS "word", count(*) AS "n" FROM "texts" GROUP BY "group"
UNION ALL
SELECT "group", "word", CAST(sum("n") AS BIGINT) AS "n" FROM (${wordsInTexts(stems, '"group", "n"', context, '"different"')}) AS "found" GROUP BY "group", "word"
ORDER BY "n" DESC, "group", "word"`)
  const labels = labelsOf(by, context)
  const totals = rows.filter((row) => row.word === null)
  const groups = totals.map((row) => ({
    group: String(row.group),
    label: labels(String(row.group)),
    texts: Number(row.n),
  }))
  const kept = by === 'csat' ? groups : groups.slice(0, mostGroups)
  const at = new Map(kept.map(({ group }, index) => [group, index]))
  const counts = new Map<string, number[]>()
  for (const row of rows) {
    const place = at.get(String(row.group))
    if (row.word === null || place === undefined) continue
    const own = counts.get(String(row.word)) ?? kept.map(() => 0)
    own[place] = Number(row.n)
    counts.set(String(row.word), own)
  }
  return {
    by,
    value: value ?? null,
    groups: kept,
    words: vocabulary.flatMap(({ stem, written }) =>
      counts.has(stem) ? [{ stem, written, texts: counts.get(stem)! }] : [],
    ),
  }
}
