import { alongQuantiles, numbersOf } from '../draw.ts'
import { customersOf, valueAt } from './customers.ts'
import { arrivalQuantiles, type Making, monthOf } from './making.ts'
import {
  answerTimes,
  contentScore,
  delay,
  inconsistentFrom,
  leaving,
  lowScore,
  markets,
  outage,
  reopenedLoses,
  reopenedPercent,
  reworkTimes,
  rising,
  segments,
  spreadLoses,
  spreads,
  unresolvedLoses,
  unresolvedPercent,
  workTimes,
} from './plants.ts'
import { responseFactor } from './responses.ts'
import { topicAt, topics } from './words.ts'

const day = 86_400
const thousandths = (points: number): number => Math.round(points * 1000)

/** `customers` and `leavers` as tables: everyone, and who left on which day; beside them what everyone would have written. */
export function leaverTables(making: Making): string[] {
  return [
    `CREATE TABLE customers AS ${customersOf(making)}`,
    `CREATE TABLE potential AS ${potentialCases(making)}`,
    `CREATE TABLE leavers AS ${leavers(making)}`,
  ]
}

/** Those, and `cases`: what came in until someone left. */
export function caseTables(making: Making): string[] {
  return [
    ...leaverTables(making),
    `CREATE TABLE cases AS SELECT row_number() OVER () AS i, * FROM (SELECT potential.*, left_day
FROM potential LEFT JOIN leavers USING (c) WHERE left_day IS NULL OR created < left_day * ${day} ORDER BY created, c, k)`,
    'DROP TABLE potential',
  ]
}

/**
 * What everyone would write if nobody left, in seconds from the first moment; a customer's response times take their places in
 * turns, so that a few of them already spread as far as all of them do. What comes after the last moment is nothing.
 */
function potentialCases(making: Making): string {
  const { draws, days } = making
  const span = days * day
  const moment = alongQuantiles(arrivalQuantiles(making), draws.whole('moment', 1e9), 1e9)
  const contacts = `SELECT c, k, segment, market, spread, typical, temper, is_french, joined, hash(c * 1024 + k) AS h
FROM (SELECT *, unnest(range(contacts)) AS k FROM customers)`
  const placed = `SELECT *, row_number() OVER (PARTITION BY c ORDER BY created, k) AS turn
FROM (SELECT *, ${moment} AS created FROM (${contacts})) WHERE created // ${day} > joined`
  const timed = `SELECT *, greatest(60, typical * ${responseFactor(`(${draws.whole('first turn', 1e6, 'hash(c)')} + turn * 618034) % 1000000`)} // 1000) AS response,
  ${topicOf(making)} AS topic FROM (${placed})`
  const ended = `SELECT *, ${draws.whole('unresolved', 1000)} < ${unresolvedPercent * 10} AS is_unresolved,
  ${draws.whole('reopened', 1000)} < CASE topic WHEN ${topicAt('Refund')} THEN ${reopenedPercent.refund * 10} ELSE ${reopenedPercent.usual * 10} END AS comes_back,
  CASE topic WHEN ${topicAt('Refund')} THEN 1 + ${draws.whole('rounds', 3)} ELSE 1 + ${draws.whole('rounds', 5)} // 4 END AS rounds FROM (${timed})`
  const counted = `SELECT *, CASE WHEN comes_back AND NOT is_unresolved THEN rounds ELSE 0 END AS reopens, created + response AS responded,
  CASE WHEN NOT is_unresolved THEN created + response + ${draws.byQuantiles('work', workTimes)} END AS first_solved FROM (${ended})`
  const solved = `SELECT *, first_solved + reopens * rework AS solved FROM (SELECT *, ${draws.byQuantiles('rework', reworkTimes)} AS rework FROM (${counted}))`
  const asked = `SELECT *, ${score(making)} AS score, coalesce(solved + 3600, responded + 259200) AS offered FROM (${solved})`
  const answers = valueAt(
    segments.map((each) => each.answers),
    'segment',
  )
  const told = `SELECT *, CASE WHEN ${draws.whole('answers', 100)} < ${answers} THEN offered + ${draws.byQuantiles('answer', answerTimes)} END AS answered FROM (${asked})`
  const seen = ['responded', 'first_solved', 'offered', 'answered'].map(
    (name) => `CASE WHEN ${name} < ${span} THEN ${name} END AS ${name}`,
  )
  // How often it had been opened again, and solved again, by the last moment: half of the time between is before the opening.
  const again = `SELECT *, CASE WHEN first_solved < ${span} THEN least(reopens, (${span - 1} - first_solved + rework // 2) // rework) ELSE 0 END AS opened_again,
  CASE WHEN first_solved < ${span} THEN least(reopens, (${span - 1} - first_solved) // rework) END AS solved_again FROM (${told})`
  return `SELECT c, k, h, segment, market, spread, is_french, topic, created, is_unresolved, score, rework, opened_again AS reopens, solved_again,
  CASE WHEN opened_again = solved_again THEN first_solved + solved_again * rework END AS solved, ${seen.join(', ')} FROM (${again})`
}

/** Two of three contacts of the outage week are about it, so that the others are as many as in any week. */
function topicOf({ draws, outageDay, risingDay }: Making): string {
  const usual = topics.flatMap(({ share }, at) => Array<number>(share).fill(at))
  const spain = markets.findIndex(({ word }) => word === rising.market)
  return `CASE WHEN created // ${day} BETWEEN ${outageDay} AND ${outageDay + 6} AND ${draws.whole('outage', outage.times * 1000)} < ${(outage.times - 1) * 1000} THEN ${topicAt('Service outage')}
  WHEN market = ${spain} AND created // ${day} >= ${risingDay} AND ${draws.whole('rising', 100)} < ${rising.percent} THEN ${topicAt('Login code')}
  ELSE ${valueAt(usual, draws.whole('topic', usual.length))} END`
}

/** Points lost by the delay of a customer of segment 1, in thousandths. */
export const delayLoss = `CASE WHEN response <= ${delay.hours * 3600} THEN 0 ELSE ${thousandths(delay.jump + delay.later)} - ${thousandths(delay.later) * delay.hours * 3600} // response END`

/**
 * 1 and four dice, each of which counts with the same chance: the mean of the scores is exactly the planted one, whatever the
 * dice do, as it lies between 1 and 5 for everyone.
 */
function score({ draws }: Making): string {
  const times = valueAt(
    segments.map((each) => each.delay),
    'segment',
  )
  const uneven = valueAt(
    spreads.map((spread) => thousandths((spreadLoses * (spread - spreads[0])) / 1000)),
    'spread',
  )
  const mean = `${thousandths(contentScore)} + temper - ${times} * (${delayLoss}) - ${uneven}
  - CASE WHEN is_unresolved THEN ${thousandths(unresolvedLoses)} WHEN reopens > 0 THEN ${thousandths(reopenedLoses)} ELSE 0 END`
  const die = (name: string) => `CAST(${draws.whole(name, 4000)} < (${mean}) - 1000 AS INTEGER)`
  return `1 + ${['first die', 'second die', 'third die', 'fourth die'].map(die).join(' + ')}`
}

/**
 * The first month in which the lot falls on a customer: those of the last months who were left without a solution or said that
 * they were not content, those who are served unevenly, and those of some segments leave more readily.
 */
function leavers(making: Making): string {
  const { draws, months, days } = making
  const bit = (month: string) => `(1::HUGEINT << CAST(${month} AS INTEGER))`
  const memory = `SELECT c, bit_or(CASE WHEN is_unresolved THEN ${bit(monthOf(making, `created // ${day}`))} END) AS unresolved,
  bit_or(CASE WHEN answered IS NOT NULL AND score <= ${lowScore} THEN ${bit(monthOf(making, `answered // ${day}`))} END) AS low FROM potential GROUP BY c`
  const remembers = (mask: string) =>
    `coalesce((${mask} & (${bit('m')} - ${bit(`greatest(0, m - ${leaving.memory})`)})) <> 0, FALSE)`
  const inconsistent = spreads.findIndex((spread) => spread >= inconsistentFrom)
  const times = (condition: string, ratio: number) => `CASE WHEN ${condition} THEN ${ratio * 10} ELSE 10 END`
  const segment = valueAt(
    segments.map((each) => each.leaves),
    'segment',
  )
  // Of a billion: whole numbers throughout.
  const hazard = `${Math.round(leaving.base * 10_000)} * ${segment} * ${times('was_unresolved', leaving.unresolved)} * ${times('was_low', leaving.low)} * ${times(`spread >= ${inconsistent}`, leaving.inconsistent)}`
  const starts = numbersOf(months)
  const lengths = numbersOf(months.map((first, at) => (months[at + 1] ?? first + 31) - first))
  const grid = `SELECT c, h, segment, spread, m, ${remembers('unresolved')} AS was_unresolved, ${remembers('low')} AS was_low
FROM (SELECT *, unnest(range(1, ${months.length})) AS m FROM customers) LEFT JOIN (${memory}) USING (c) WHERE joined < ${starts}[m + 1]`
  const lot = `SELECT c, m, was_unresolved OR was_low AS had_trouble, ${starts}[m + 1] + ${draws.whole('left day', `${lengths}[m + 1]`, 'hash(c * 1024 + m)')} AS left_day
FROM (${grid}) WHERE ${draws.whole('leaves', 1e9, 'hash(c * 1024 + m)')} < ${hazard}`
  return `SELECT c, min(left_day) AS left_day, arg_min(had_trouble, m) AS had_trouble FROM (${lot}) WHERE left_day < ${days} GROUP BY c`
}
