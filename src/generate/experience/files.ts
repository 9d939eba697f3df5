import { listOf, numbersOf } from '../draw.ts'
import type { RawFile } from '../generator.ts'
import { caseTables, leaverTables } from './cases.ts'
import { csv } from './csv.ts'
import { customersOf, valueAt } from './customers.ts'
import { agentId, handedOver, untilClosed } from './events.ts'
import { caseId, customerId, dateOf, type Making, stampOf, text } from './making.ts'
import { ageQuantiles, channels, genders, markets, plans, priorities, segments, studentAges } from './plants.ts'
import { comments, ends, leavingReasons, type Topic, topicAt, topics } from './words.ts'

const day = 86_400

const wordAt = (list: readonly { word: string }[], place: string): string =>
  `${listOf(list.map(({ word }) => word))}[${place} + 1]`

/** Place of a customer's plan, by the hash of the customer. */
const planOf = ({ draws }: Making): string =>
  valueAt(
    plans.flatMap(({ share }, at) => Array<number>(share).fill(at)),
    draws.whole('plan', 100, 'hash(c)'),
  )

export function customerFile(making: Making): RawFile {
  const { draws, days } = making
  const inDays = (years: number) => Math.ceil((years * 1461) / 4)
  const aged = (quantiles: readonly number[]) => draws.byQuantiles('age', quantiles.map(inDays))
  const student = segments.findIndex(({ word }) => word === 'student')
  const born = `CASE WHEN segment = ${student} THEN ${aged(studentAges)} ELSE ${aged(ageQuantiles)} END`
  return csv(
    'customers',
    {
      customer_id: customerId(),
      segment: wordAt(segments, 'segment'),
      market: wordAt(markets, 'market'),
      gender: draws.byShare('gender', genders),
      birth_date: dateOf(making, `${days} - ${born}`),
      plan: wordAt(plans, planOf(making)),
      joined_on: dateOf(making, 'joined'),
    },
    `(${customersOf(making)})`,
  )
}

/** One amount a month, from the month of joining to that of leaving. */
export function revenueFile(making: Making): RawFile {
  const { draws, months, days } = making
  const price = valueAt(
    plans.map((plan) => plan.price),
    'plan',
  )
  const pays = valueAt(
    segments.map((segment) => segment.pays),
    'segment',
  )
  const cents = `${price} * ${pays} * (95 + ${draws.whole('amount', 11, 'hash(c * 1024 + m)')}) // 10000`
  const next = `${numbersOf([...months.slice(1), days])}[m + 1]`
  return csv(
    'revenues',
    {
      customer_id: customerId(),
      month: dateOf(making, `${numbersOf(months)}[m + 1]`),
      plan: wordAt(plans, 'plan'),
      amount: `CAST((${cents}) / 100.0 AS DECIMAL(12, 2))`,
    },
    `(SELECT *, ${planOf(making)} AS plan FROM (SELECT *, unnest(range(${months.length})) AS m FROM payers)
WHERE joined < ${next} AND (left_day IS NULL OR left_day >= ${numbersOf(months)}[m + 1]))`,
    // A join keeps no order: what is read afterwards is a table in the order of the customers.
    [
      ...leaverTables(making),
      'CREATE TABLE payers AS SELECT c, segment, joined, left_day FROM customers LEFT JOIN leavers USING (c) ORDER BY c',
    ],
  )
}

/** One of the texts of the row's topic: all of them in one list, with the place where each topic begins and how many it has. */
function drawn({ draws }: Making, language: 'en' | 'fr', part: keyof Topic['en']): string {
  const counts = topics.map((topic) => topic[language][part].length)
  const begins = counts.map((_, at) => counts.slice(0, at).reduce((sum, count) => sum + count, 0))
  const texts = listOf(topics.flatMap((topic) => topic[language][part]))
  return `${texts}[${valueAt(begins, 'topic')} + ${draws.whole(part, valueAt(counts, 'topic'))} + 1]`
}

const perLanguage = (text: (language: 'en' | 'fr') => string): string =>
  `CASE WHEN is_french THEN ${text('fr')} ELSE ${text('en')} END`

export function interactionFile(making: Making): RawFile {
  const { draws, days } = making
  const about = (part: keyof Topic['en']) => perLanguage((language) => drawn(making, language, part))
  const end = perLanguage((language) => draws.oneOf('end', ends[language]))
  // What was solved three days before the end is closed by then; what waits for the customer is pending.
  const status = `CASE WHEN solved < ${days * day - untilClosed} THEN 'closed' WHEN solved IS NOT NULL THEN 'solved' WHEN responded IS NULL THEN 'new'
  WHEN ${draws.whole('pending', 100)} < 40 THEN 'pending' ELSE 'open' END`
  return csv(
    'interactions',
    {
      case_id: caseId(),
      customer_id: customerId(),
      channel: draws.byShare('channel', channels),
      market: wordAt(markets, 'market'),
      reason: `${listOf(topics.map(({ reason }) => reason))}[topic + 1]`,
      team: `${listOf(topics.map(({ team }) => team))}[topic + 1]`,
      agent_id: agentId(making),
      priority: draws.byShare('priority', priorities),
      status,
      subject: about('subjects'),
      description: `trim(${about('openings')} || ' ' || ${about('details')} || ' ' || ${end})`,
      created_at: stampOf(making, 'created'),
      first_response_at: stampOf(making, 'responded'),
      first_solved_at: stampOf(making, 'first_solved'),
      solved_at: stampOf(making, 'solved'),
      reopens: text('reopens'),
      // A refund goes to the other team each time that it is opened again; every sixth case goes to another agent at first.
      transfers: text(
        `CASE WHEN topic = ${topicAt('Refund')} THEN reopens ELSE 0 END + CAST(${handedOver(making)} AS INTEGER)`,
      ),
    },
    'cases',
    caseTables(making),
  )
}

/** An answer counts while they are customers: who has left answers nothing. */
export function surveyFile(making: Making): RawFile {
  const kind = `CASE WHEN score >= 4 THEN 'good' WHEN score = 3 THEN 'fair' WHEN is_unresolved THEN 'unresolved' WHEN reopens > 0 THEN 'reopened'
  WHEN responded - created > ${day} THEN 'late' ELSE 'bad' END`
  const { draws } = making
  const said = perLanguage((language) => {
    const kinds = Object.entries(comments[language]).map(
      ([word, texts]) => `WHEN '${word}' THEN ${draws.oneOf('comment', texts)}`,
    )
    return `CASE ${kind} ${kinds.join(' ')} END`
  })
  return csv(
    'surveys',
    {
      survey_id: `'S' || ${caseId().replace("'X' || ", '')}`,
      case_id: caseId(),
      customer_id: customerId(),
      offered_at: stampOf(making, 'offered'),
      responded_at: stampOf(making, 'told'),
      score: text('CASE WHEN told IS NOT NULL THEN score END'),
      comment: `CASE WHEN told IS NOT NULL AND ${draws.whole('comments', 100)} < CASE WHEN score <= 2 THEN 60 ELSE 30 END THEN ${said} END`,
    },
    `(SELECT *, CASE WHEN left_day IS NULL OR answered < left_day * ${day} THEN answered END AS told FROM cases WHERE offered IS NOT NULL)`,
    caseTables(making),
  )
}

export function churnFile(making: Making): RawFile {
  const { draws } = making
  return csv(
    'churns',
    {
      customer_id: customerId(),
      churned_on: dateOf(making, 'left_day'),
      reason: `CASE WHEN had_trouble THEN ${draws.byShare(
        'why',
        leavingReasons.trouble.map((each) => ({ ...each })),
      )} ELSE ${draws.byShare(
        'why',
        leavingReasons.none.map((each) => ({ ...each })),
      )} END`,
    },
    '(SELECT *, hash(c) AS h FROM leavers ORDER BY left_day, c)',
    leaverTables(making),
  )
}
