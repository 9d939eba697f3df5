import type { MetricContext } from '../metrics/context.ts'
import { operate } from '../sql/ops.ts'
import { join, literal, raw, type Sql, sql } from '../sql/sql.ts'
import { leastScore, type ModelTopic } from '../stats/text/topic-model.ts'
import { type TextScope, textsSql } from './texts.ts'

/** Finds the words of a list in folded text, singular and plural. The words are letters and nothing else, so they are no pattern themselves. */
export function wordPattern(stems: string[]): string {
  const letters = stems.filter((stem) => /^\p{L}+$/u.test(stem))
  return literal(`\\b(${letters.join('|')})s?\\b`)
}

/** The different words of a list that each text has, a row each: `select` names the columns of `from` that go along. */
export function wordsInTexts(
  stems: string[],
  select: string,
  { store }: Pick<MetricContext, 'store'>,
  from = '"texts"',
): Sql {
  const words = operate(store.dialect, 'words_among', operate(store.dialect, 'fold_text', '"text"'), wordPattern(stems))
  return raw(`SELECT ${select}, unnest(${words}) AS "word" FROM ${from}`)
}

/**
 * The topic of each different text, from a CTE `"texts"` with `text`: a row with `text` and `topic` for each that is of one. A text is of
 * the topic whose words it has most of, by weight; where no topic's words reach the least score it has no row.
 */
export function topicOfTexts(topics: ModelTopic[], context: Pick<MetricContext, 'store'>): Sql {
  if (topics.length === 0) return raw('SELECT "text", CAST(NULL AS VARCHAR) AS "topic" FROM "texts" WHERE FALSE')
  const stems = [...new Set(topics.flatMap(({ words }) => words.map(({ stem }) => stem)))].filter((stem) =>
    /^\p{L}+$/u.test(stem),
  )
  const weights = topics.flatMap(({ id, words }, place) =>
    words.map(
      ({ stem, weight }) =>
        sql`(CAST(${stem} AS VARCHAR), CAST(${id} AS VARCHAR), CAST(${place} AS INTEGER), CAST(${weight} AS DOUBLE))`,
    ),
  )
  // Where two topics tie the larger one has it, so the answer is the same in every run.
  const first = operate(context.store.dialect, 'latest', '"topic"', '"score" - "place" * 1e-9')
  // Words are looked for once in each different text: where many are written from a template, that is a fraction of the work.
  return sql`WITH "different" AS MATERIALIZED (SELECT "text", row_number() OVER () AS "number" FROM (SELECT DISTINCT "text" FROM "texts") AS "each"),
"scored" AS (SELECT "found"."number" AS "number", "weights"."topic" AS "topic", "weights"."place" AS "place", sum("weights"."weight") AS "score"
  FROM (${wordsInTexts(stems, '"number"', context, '"different"')}) AS "found"
  JOIN (VALUES ${join(weights)}) AS "weights"("word", "topic", "place", "weight") ON "weights"."word" = "found"."word"
  GROUP BY "found"."number", "weights"."topic", "weights"."place"),
"best" AS (SELECT "number", ${raw(first)} AS "topic" FROM "scored" GROUP BY "number" HAVING max("score") >= ${leastScore})
SELECT "different"."text" AS "text", "best"."topic" AS "topic" FROM "best" JOIN "different" ON "different"."number" = "best"."number"`
}

/**
 * For other insights: a query of (`case`, `topic`) with a row for each case of the scope that is of a topic. Give it the topics of
 * `readTopics`, so that both speak of the same ones, and join it by `case`; cases without a row have no topic.
 */
export async function topicOfCases(topics: ModelTopic[], scope: TextScope, context: MetricContext): Promise<Sql> {
  return sql`WITH "texts" AS (${await textsSql(scope, context)}), "told" AS (${topicOfTexts(topics, context)})
SELECT "texts"."case" AS "case", "told"."topic" AS "topic" FROM "texts" JOIN "told" ON "told"."text" = "texts"."text" WHERE "texts"."case" IS NOT NULL`
}
