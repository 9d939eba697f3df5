import { literal, raw } from '../../sql/sql.ts'
import type { Draws } from '../draw.ts'
import type { Generation, RawFile } from '../generator.ts'
import { caseId, cases, mailThreads } from './cases.ts'
import { calls, chats, marketOfMerchant, merchantId } from './contacts.ts'
import { dirtCounts, type File, stainOf } from './dirt.ts'
import { byMarket, spanOf, stamp } from './moments.ts'
import { accountStates, meanScore, ratedPercent, segments } from './plants.ts'
import type { Sizes } from './sizes.ts'
import { domains, firstWords, trades } from './words.ts'

interface Making {
  sizes: Sizes
  generation: Generation
  draws: Draws
}

/** Fields by name, in the order of the file. */
type Fields = Record<string, string>

function rawFile(file: File, select: string, count: number, { generation }: Making, prepare: string[] = []): RawFile {
  return {
    name: `${file}.csv`,
    prepare: prepare.map(raw),
    select: raw(select),
    lines: false,
    dirt: dirtCounts(file, generation.dirt, count),
  }
}

const listed = (fields: Fields): string =>
  Object.entries(fields)
    .map(([name, value]) => `${value} AS ${name}`)
    .join(',\n  ')

/** Each unit with its stain, once; with `duplicate` twice, with `blank` and an empty record behind it. */
function records(file: File, units: string, count: number, { generation, draws }: Making): string {
  const stain = stainOf(file, generation.dirt, count, draws)
  return `SELECT *, unnest(CASE stain WHEN 'duplicate' THEN ['', ''] WHEN 'blank' THEN ['', 'blank'] ELSE [''] END) AS copy
FROM (SELECT *, ${stain} AS stain FROM (${units}))`
}

function contactFile(file: File, units: string, count: number, fields: Fields, making: Making): RawFile {
  const orBlank = Object.fromEntries(
    Object.entries(fields).map(([name, value]) => [name, `CASE WHEN copy <> 'blank' THEN ${value} END`]),
  )
  return rawFile(file, `SELECT ${listed(orBlank)}\nFROM (${records(file, units, count, making)})`, count, making)
}

const region = `CASE stain WHEN 'noRegion' THEN NULL WHEN 'spelling' THEN lower(market) ELSE market END`
const text = (value: string): string => `CAST(${value} AS VARCHAR)`

export function callFile(making: Making): RawFile {
  const { sizes, generation, draws } = making
  const fields = {
    call_id: `'CALL' || lpad(${text('i + 1')}, 9, '0')`,
    customer_id: merchantId(),
    agent_id: 'CASE WHEN NOT has_left THEN agent END',
    call_start_time: stamp('begun'),
    call_answer_time: stamp(`CASE stain WHEN 'answeredBefore' THEN answered - wait - 3600 ELSE answered END`),
    call_end_time: `CASE stain WHEN 'badTime' THEN '0000-00-00 00:00:00' ELSE ${stamp('ended')} END`,
    queue_time_seconds: text('wait'),
    call_duration_seconds: text('ended - begun'),
    call_status: `CASE stain WHEN 'spelling' THEN upper(status[1]) || status[2:] || ' ' ELSE status END`,
    region,
    case_id: `CASE WHEN opens THEN ${caseId('call')} END`,
  }
  return contactFile('five9_calls', calls(sizes, generation, draws), sizes.calls, fields, making)
}

export function chatFile(making: Making): RawFile {
  const { sizes, generation, draws } = making
  const fields = {
    chat_id: `'CHAT' || lpad(${text('i + 1')}, 9, '0')`,
    customer_id: merchantId(),
    agent_id: 'CASE WHEN NOT has_left THEN agent END',
    chat_start_time: stamp('begun'),
    first_response_time: stamp('answered'),
    chat_end_time: stamp('ended'),
    response_time_seconds: `CASE WHEN NOT has_left THEN CASE stain WHEN 'badNumber' THEN 'soon' ELSE ${text('wait')} END END`,
    message_count: text(
      `CASE WHEN has_left THEN 1 ELSE 2 + (ended - answered) // 60 + ${draws.whole('messages', 5)} END`,
    ),
    chat_status: 'status',
    region,
    case_id: `CASE WHEN opens THEN ${caseId('chat')} END`,
  }
  return contactFile('whatsapp_chats', chats(sizes, generation, draws), sizes.chats, fields, making)
}

/** Seconds as hours with two decimals, in whole numbers throughout. */
const hours = (seconds: string): string => {
  const hundredths = `((${seconds}) * 100 + 1800) // 3600`
  return `${text(`${hundredths} // 100`)} || '.' || lpad(${text(`${hundredths} % 100`)}, 2, '0')`
}

/** An older state is the case as it was when it began; the later record knows how it went on. */
export function caseFile(making: Making): RawFile {
  const { sizes, generation, draws } = making
  const { end } = spanOf(generation)
  const stain = `CASE WHEN kind = 'mail' THEN ${stainOf('salesforce_cases', generation.dirt, sizes.mailCases, draws)} ELSE 'clean' END`
  const now = (value: string): string => `CASE WHEN state <> 'older' THEN ${value} END`
  const id = `CASE kind WHEN 'mail' THEN ${caseId('mail')} WHEN 'call' THEN ${caseId('call')} WHEN 'chat' THEN ${caseId('chat')} ELSE ${caseId('web')} END`
  const fields = {
    case_id: id,
    customer_id: merchantId(),
    agent_id: 'agent',
    case_type: `CASE kind WHEN 'mail' THEN 'email' WHEN 'call' THEN 'phone' ELSE kind END`,
    case_reason: 'reason',
    case_sub_reason: 'sub_reason',
    case_reason_category: 'category',
    case_priority: 'priority',
    issue_severity: 'severity',
    product_area: 'area',
    created_date: stamp('created'),
    first_response_date: now(stamp('replied')),
    resolved_date: now(stamp('solved')),
    case_status: `CASE WHEN state = 'older' OR replied IS NULL THEN 'open' WHEN solved + 259200 < ${end} THEN 'closed'
    WHEN solved IS NOT NULL THEN 'resolved' WHEN is_pending THEN 'pending' ELSE 'open' END`,
    region: 'market',
    response_time_hours: now(hours('replied - created')),
    resolution_time_hours: now(hours('solved - created')),
    first_contact_resolution: now(`CASE WHEN solved IS NOT NULL THEN ${text('one_touch')} END`),
  }
  const units = `SELECT *, unnest(CASE stain WHEN 'duplicate' THEN ['', ''] WHEN 'superseded' THEN ['older', ''] ELSE [''] END) AS state
FROM (SELECT *, ${stain} AS stain FROM (${cases(sizes, generation, draws)}))`
  const order = "ORDER BY created, case_id, state = ''"
  return rawFile(
    'salesforce_cases',
    `SELECT * EXCLUDE (created, state) FROM (SELECT created, state, ${listed(fields)} FROM (${units}) ${order})`,
    sizes.mailCases,
    making,
  )
}

const address = (draws: Draws, number = 'c'): string =>
  `lower(${draws.oneOf('first word', firstWords, `hash(${number})`)}) || ${text(`${number} + 1`)} || '@' || ${draws.oneOf('domain', domains, `hash(${number})`)}`

/** The mails of a case one after the other, in and out. An answer that came after the next mail answers both. */
export function mailFile(making: Making): RawFile {
  const { sizes, generation, draws } = making
  const mail = (at: number) => [
    `{'place': ${at * 2 - 1}, 'direction': 'inbound', 'sent': in_${at}}`,
    `{'place': ${at * 2}, 'direction': 'outbound', 'sent': out_${at}}`,
  ]
  const list = `list_filter([${[1, 2, 3].flatMap(mail).join(', ')}], lambda each: each.sent IS NOT NULL)`
  const stain = stainOf('salesforce_emails', generation.dirt, sizes.mailCases, draws)
  const theirs = address(draws)
  const ours = `'support.' || lower(market) || '@example.com'`
  const fields = {
    email_id: `'EM' || lpad(${text('i * 8 + mail.place')}, 10, '0')`,
    case_id: `CASE WHEN stain = 'unfiled' AND mail.place = 1 THEN NULL ELSE ${caseId('mail')} END`,
    direction: 'mail.direction',
    from_address: `CASE mail.direction WHEN 'inbound' THEN ${theirs} ELSE ${ours} END`,
    to_address: `CASE mail.direction WHEN 'inbound' THEN ${ours} ELSE ${theirs} END`,
    sent_at: stamp('mail.sent'),
  }
  const mails = `SELECT i, c, market, stain, unnest(CASE stain WHEN 'duplicate' THEN list_prepend(mails[1], mails) ELSE mails END) AS mail
FROM (SELECT i, c, market, ${stain} AS stain, ${list} AS mails FROM (${mailThreads(sizes, generation, draws)}))`
  return rawFile('salesforce_emails', `SELECT ${listed(fields)} FROM (${mails})`, sizes.mailCases, making)
}

export function merchantFile(making: Making): RawFile {
  const { sizes, generation, draws } = making
  const { begin, end } = spanOf(generation)
  const count = sizes.hundreds * 100
  const stain = stainOf('merchant_customers', generation.dirt, count, draws)
  const day = (seconds: string) => text(`CAST(make_timestamp((${seconds}) * 1000000) AS DATE)`)
  const die = (index: number) => `CAST(dice // ${4000 ** index} % 4000 < mean - 1000 AS INTEGER)`
  const score = text(`1 + ${[0, 1, 2, 3].map(die).join(' + ')}`)
  const mean = `CASE segment ${Object.entries(meanScore)
    .map(([word, value]) => `WHEN ${literal(word)} THEN ${value}`)
    .join(' ')} END`
  const fields = {
    customer_id: merchantId(),
    customer_name: `${draws.oneOf('first word', firstWords)} || ' ' || ${draws.oneOf('trade', trades)}`,
    email: address(draws, `CASE WHEN stain = 'sharedEmail' AND c > 0 THEN c - 1 ELSE c END`),
    phone: `phone || ' 000 ' || lpad(${text('c + 1')}, 7, '0')`,
    region: 'market',
    customer_segment: 'segment',
    registration_date: day(`${begin} - 86400 * (30 + ${draws.whole('registered', 2000)})`),
    account_status: draws.byShare('account', accountStates),
    csat_score: `CASE WHEN stain = 'badScore' THEN '9' WHEN is_rated THEN ${score} END`,
    csat_date: `CASE WHEN stain = 'badScore' OR is_rated THEN ${day(`${begin} + ${draws.whole('asked', end - begin)}`)} END`,
    total_cases: text(`coalesce(n, 0) + CASE WHEN stain = 'staleTotal' THEN 3 ELSE 0 END`),
  }
  const phone = byMarket((market) => literal(market.phone))
  const select = `SELECT ${listed(fields)}
FROM (SELECT *, ${mean} AS mean FROM (SELECT *, ${draws.byShare('segment', segments)} AS segment, ${phone} AS phone,
  ${draws.bits('dice')} AS dice, ${draws.whole('rated', 100)} < ${ratedPercent} AS is_rated
FROM (SELECT *, ${marketOfMerchant()} AS market FROM (SELECT i AS c, hash(i) AS h, ${stain} AS stain FROM range(${count}) AS numbers(i)))))
LEFT JOIN counts USING (c) WHERE stain <> 'unlisted' ORDER BY c`
  return rawFile('merchant_customers', select, count, making, [
    `CREATE TABLE counts AS SELECT c, count(*) AS n FROM (${cases(sizes, generation, draws)}) GROUP BY c`,
  ])
}
