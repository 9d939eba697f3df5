import type { Column, ColumnType, Table } from './model.ts'

type Extra = Partial<Omit<Column, 'name' | 'type' | 'says'>>

function column(name: string, type: ColumnType, says: string, extra: Extra = {}): Column {
  return { name, type, says, sensitivity: 'none', dimension: false, local: false, derived: false, ...extra }
}

const text = (name: string, says: string, extra?: Extra) => column(name, 'text', says, extra)
const dimension = (name: string, says: string, extra: Extra = {}) => text(name, says, { dimension: true, ...extra })
const word = (name: string, vocabulary: string, says: string, extra: Extra = {}) =>
  dimension(name, says, { vocabulary, ...extra })
const at = (name: string, says: string, extra?: Extra) => column(name, 'timestamp', says, extra)
const moment = (name: string, says: string) => at(name, says, { local: true })
const on = (name: string, says: string, extra?: Extra) => column(name, 'date', says, extra)
const integer = (name: string, says: string, extra?: Extra) => column(name, 'integer', says, extra)
const number = (name: string, says: string) => column(name, 'number', says)
const money = (name: string, says: string) => column(name, 'money', says)
const flag = (name: string, says: string, extra?: Extra) => column(name, 'boolean', says, extra)
const seconds = (name: string, says: string) => column(name, 'seconds', says)
/** Filled by a step of `flow/derive`. */
const later: Extra = { derived: true, afterLoads: true }
const change = (name: string, of: string) =>
  column(name, 'money', `Change of ${of}, so that a sum over days is right.`, later)
const promised = (name: string, what: string) =>
  column(
    name,
    'seconds',
    `Promise that holds for ${what}: calendar seconds from the beginning until it is due, also where it is given in opening hours. Empty where none holds, or nothing says when it is due.`,
    later,
  )
const gap = (name: string, says: string) => column(name, 'seconds', says, later)
const turn = (name: string, says: string) => flag(name, says, later)
const link = (name: string, refers: string, says: string, extra?: Extra) => text(name, says, { refers, ...extra })

/** Which record of which file a row came from; the same for every table that is filled from records. */
const provenance: Column[] = [
  text('source', 'Id of the source that the row came from.', { dimension: true, derived: true }),
  text('source_key', "The source's own key of the row.", { derived: true }),
  column('attributes', 'json', 'Source columns that no model column takes, by name.', { derived: true }),
  text('load', 'The load that brought the row: file hash and table.', { refers: 'loads', derived: true }),
  integer('record', 'Record number in the file; 1 is the first after the header.', { derived: true }),
]

/** One day and hour column for each local moment: `created_at` -> `created_on`, `created_hour`. */
function localColumns(columns: Column[]): Column[] {
  return columns
    .filter((each) => each.local)
    .flatMap((each) => {
      const stem = each.name.replace(/_at$/, '')
      return [
        on(`${stem}_on`, `Day of ${each.name} in the reporting zone.`, { derived: true }),
        integer(`${stem}_hour`, `Hour (0-23) of ${each.name} in the reporting zone.`, { derived: true }),
      ]
    })
}

function recordTable(name: string, row: string, columns: Column[]): Table {
  const id = text('id', 'Id in the model: source and source key.', { derived: true })
  return { name, row, kind: 'record', columns: [id, ...columns, ...localColumns(columns), ...provenance] }
}

function systemTable(name: string, row: string, columns: Column[]): Table {
  return { name, row, kind: 'system', columns: columns.map((each) => ({ ...each, derived: true })) }
}

function rollupTable(name: string, row: string, adds: Table['adds'], columns: Column[]): Table {
  return { name, row, kind: 'rollup', adds, columns: columns.map((each) => ({ ...each, ...later })) }
}

const people: Table[] = [
  recordTable('customers', 'a person', [
    text('name', 'Full name.', { sensitivity: 'direct_id' }),
    text('email', 'E-mail address, lower case.', { sensitivity: 'direct_id' }),
    text('phone', 'Phone number as E.164 where it can be read.', { sensitivity: 'direct_id' }),
    on('birth_on', 'Day of birth.', { sensitivity: 'quasi_id' }),
    integer('age', 'Age in years when the source was written.', { sensitivity: 'quasi_id' }),
    dimension('gender', 'Gender as the source states it.', { vocabulary: 'gender', sensitivity: 'quasi_id' }),
    dimension('segment', 'Commercial segment.'),
    dimension('market', 'Market: a country or group of countries.'),
    dimension('region', 'State, province or region of residence.', { sensitivity: 'quasi_id' }),
    dimension('city', 'City of residence.', { sensitivity: 'quasi_id' }),
    link('account', 'accounts', 'The merchant or employer.'),
    on('joined_on', 'Day on which the person became a customer.'),
    on('first_opened_on', 'Day on which the first holding was opened.', later),
    on(
      'began_on',
      'Day from which the person is counted as a customer: of the first holding, or of joining where the source knows leavings and no holdings.',
      later,
    ),
    on(
      'left_on',
      'Day on which the last holding was left for good, or of the last leaving where the source has no holdings; empty for who is still there or came back.',
      later,
    ),
    column('balance', 'money', 'Balance of all holdings at the newest date.', later),
    on('first_churned_on', 'Day of the first leaving of a holding, come back or not.', later),
    on('first_lost_on', 'Day of the first leaving of a holding without coming back.', later),
    column(
      'year_revenue',
      'money',
      'Amounts over the year before the newest event; all where they have no dates.',
      later,
    ),
    integer('unsettled_cases', 'Cases that are new, open, pending or on hold, where there are amounts.', later),
    word('satisfaction_band', 'satisfaction_band', 'How satisfied on average, where there are amounts.', later),
    flag('is_identified', 'Has the source a client id for the person? Without one, two records may be one person.', {
      dimension: true,
    }),
  ]),
  recordTable('accounts', 'a merchant or employer', [
    text('name', 'Name of the account.'),
    dimension('segment', 'Commercial segment.'),
    dimension('market', 'Market: a country or group of countries.'),
    dimension('region', 'State, province or region.'),
    money('revenue', 'Revenue of the account over a year.'),
    text('currency', 'ISO 4217 code of the amounts.'),
    on('joined_on', 'Day on which the account began.'),
  ]),
  recordTable('agents', 'a person who serves', [
    text('name', 'Full name.', { sensitivity: 'direct_id' }),
    link('team', 'teams', 'The team.'),
    dimension('site', 'Office or site.'),
    text('languages', 'Languages spoken, as the source lists them.'),
    dimension('grade', 'Grade or certification.'),
    integer('years_of_experience', 'Years of experience.'),
    integer(
      'stored_customers',
      'Customers, as the source counts them: compared with those that are found, used for nothing else.',
    ),
    number(
      'stored_satisfaction',
      'Mean satisfaction, as the source states it: compared with what can be computed, used for nothing else.',
    ),
  ]),
  recordTable('teams', 'a group of agents', [text('name', 'Name of the team.'), dimension('site', 'Office or site.')]),
  recordTable('agent_states', 'an agent in a state for a while', [
    link('agent', 'agents', 'The agent.'),
    word('state', 'agent_state', 'What the agent was doing.'),
    moment('started_at', 'When the state began.'),
    at('ended_at', 'When the state ended.'),
  ]),
]

const offers: Table[] = [
  recordTable('products', 'something that a customer bought', [
    dimension('name', 'Name of the product.'),
    dimension('category', 'Category of the product.'),
    dimension('brand', 'Brand of the product.'),
    word('risk_level', 'risk_level', 'Risk level of an investment product.'),
    on('launched_on', 'Day of launch.'),
    number('annual_fee', 'Yearly fee as a share of the balance (0-1).'),
    money('fixed_fee', 'Fixed management fee a year.'),
    money('min_investment', 'Smallest first investment.'),
    flag('is_active', 'Is the product on sale?', { dimension: true }),
  ]),
  recordTable('holdings', 'an enrolment of a customer in a product', [
    link('customer', 'customers', 'The customer.'),
    link('product', 'products', 'The product.', { dimension: true }),
    link('advisor', 'agents', 'The advisor.'),
    on('opened_on', 'Day of enrolment.', { event: true }),
    money('initial_investment', 'First amount paid in.'),
    dimension('contribution_frequency', 'How often money is paid in.'),
    money('monthly_contribution', 'Amount paid in a month.'),
    dimension('channel', 'Channel through which it was opened.'),
    dimension('status', 'State of the enrolment.'),
    on('closed_on', 'Day on which the customer left the product and did not come back.', later),
  ]),
  recordTable('balances', 'a holding on a date', [
    link('holding', 'holdings', 'The holding.'),
    link('customer', 'customers', 'The customer.'),
    link('product', 'products', 'The product.', { dimension: true }),
    on('on_date', 'The date.', { event: true }),
    money('balance', 'Balance at the end of the date: semi-additive, never summed over dates.'),
    money('contributions', 'Paid in, month to date.'),
    money('withdrawals', 'Paid out, month to date.'),
    money('returns', 'Investment returns, month to date.'),
    money('fees', 'Fees, month to date.'),
    change('balance_change', 'the balance since the date before'),
    change('contributions_change', 'what was paid in since the date before in the same month'),
    change('withdrawals_change', 'what was paid out since the date before in the same month'),
    change('returns_change', 'the returns since the date before in the same month'),
    change('fees_change', 'the fees since the date before in the same month'),
    flag('is_last_of_month', "Is it the holding's last balance of its month?", later),
    flag('is_after_leaving', 'Was the holding left before that date?', { ...later, dimension: true }),
  ]),
  recordTable('churns', 'one leaving', [
    link('customer', 'customers', 'The customer.'),
    link('holding', 'holdings', 'The holding that was left.', later),
    link('product', 'products', 'The product that was left.', { dimension: true }),
    on('churned_on', 'Day of leaving.', { event: true }),
    dimension('reason', 'Reason given.'),
    number('exit_score', 'Score of the exit survey.'),
    flag('is_recovered', 'Did the customer come back?', { dimension: true }),
    money('lifetime_value', 'Lifetime value as the source states it.'),
  ]),
  recordTable('revenues', 'an amount that a customer brought in', [
    link('customer', 'customers', 'The customer.'),
    link('account', 'accounts', 'The account.'),
    link('product', 'products', 'The product that was paid for.', { dimension: true }),
    on('on_date', 'Day of the amount, or first day of its period.', { event: true }),
    dimension('kind', 'Kind of amount, as the source states it.'),
    money('amount', 'The amount: paid back where it is negative.'),
  ]),
  recordTable('sessions', 'one digital visit', [
    link('customer', 'customers', 'The customer.'),
    moment('started_at', 'When the visit began.'),
    dimension('action', 'What the visit was for.'),
    dimension('device', 'Kind of device.'),
    seconds('duration_seconds', 'Length of the visit.'),
    integer('pages_viewed', 'Pages seen.'),
    integer('actions_taken', 'Actions done.'),
  ]),
  rollupTable(
    'balance_months',
    'what a month did to the balances of a product in one group of customers',
    { table: 'balances', day: 'on_date', month: 'month_on' },
    [
      link('product', 'products', 'The product.', { dimension: true }),
      on('month_on', 'First day of the month.'),
      dimension('segment', 'Commercial segment of the customers.'),
      dimension('market', 'Market of the customers.'),
      dimension('region', 'State, province or region of the customers.'),
      integer('age', 'First year of the age band of the customers.', { sensitivity: 'quasi_id' }),
      integer('rows', 'Balances that are added up here.'),
      on('first_on', 'First day of a balance.'),
      number(
        'balance_moment',
        'Sum of each change of a balance times its day, counted from 2000-01-01: what a mean day needs.',
      ),
      money('balance_change', 'Sum of the changes of balances.'),
      money('contributions_change', 'Paid in.'),
      money('withdrawals_change', 'Paid out.'),
      money('returns_change', 'Returns.'),
      money('fees_change', 'Fees.'),
    ],
  ),
  recordTable('benchmarks', 'a market series on a date', [
    dimension('series', 'Name of the series.'),
    on('on_date', 'The date.'),
    number('value', 'Value of the series.'),
    column('value_change', 'number', 'Change of the value since the date before.', later),
  ]),
]

const service: Table[] = [
  recordTable('cases', 'a ticket, case, conversation or issue', [
    word('channel', 'channel', 'Channel of the contact that opened the case.'),
    dimension('medium', "The source's own word for the channel."),
    dimension('channel_source', 'Address, number, queue or page through which the contact came in.'),
    dimension('type', 'Kind of request.'),
    dimension('reason', 'Reason of the contact.'),
    dimension('sub_reason', 'Finer reason of the contact.'),
    dimension('subject', 'Subject line or topic.', { sensitivity: 'free_text' }),
    text('description', 'What the customer wrote.', { sensitivity: 'free_text' }),
    text('resolution', 'What was answered or done.', { sensitivity: 'free_text' }),
    word('priority', 'priority', 'How urgent the case is.'),
    word('severity', 'severity', 'How bad the effect is.'),
    word('status', 'status', 'State of the case when the source was written.'),
    link('team', 'teams', 'The team in charge.', { dimension: true }),
    link('agent', 'agents', 'The agent in charge.', { dimension: true }),
    link('product', 'products', 'The product concerned.', { dimension: true }),
    dimension('market', 'Market: a country or group of countries.'),
    link('customer', 'customers', 'The customer.'),
    moment('created_at', 'When the case began.'),
    at('assigned_at', 'When the case was first assigned.'),
    moment('first_response_at', 'First public answer of an agent.'),
    at('first_solved_at', 'When the case was solved for the first time.'),
    moment('solved_at', 'When the case was solved for the last time.'),
    at('closed_at', 'When the case was closed for good.'),
    at('updated_at', 'Last change of the case.'),
    on('purchased_on', 'Day on which the product was bought.'),
    integer('reopens', 'How often the case was opened again after being solved.'),
    integer('replies', 'Public answers of agents.'),
    link('follow_up_of', 'cases', 'The closed case that this one continues.'),
    promised('first_reply_target_seconds', 'the first answer'),
    promised('resolution_target_seconds', 'the solution'),
    turn('is_out_of_turn', 'Was it answered while an older, more urgent case of its team and market waited?'),
    turn('is_overtaken', 'Was a younger, less urgent case of its team and market answered while it waited?'),
    at('next_case_at', 'When the same customer came again, with whatever reason.', later),
    at('repeated_at', 'When the same customer came again with the same reason.', later),
    at(
      'bot_ended_at',
      'When a conversation in which a bot wrote ended, or last changed; empty where no bot wrote.',
      later,
    ),
    flag(
      'is_contained',
      'Was it solved without an agent, and did the customer not come back within 7 days? Empty where no bot wrote.',
      later,
    ),
  ]),
  recordTable('case_products', 'a share of a case that falls to a product', [
    link('case', 'cases', 'The case.'),
    link('product', 'products', 'The product; empty where nobody knows.', { dimension: true }),
    number('share', 'How much of the case, 0-1: the shares of a case add up to 1.'),
    word('attribution', 'attribution', 'How the product was found.'),
  ]),
  recordTable('case_events', 'one change in the life of a case', [
    link('case', 'cases', 'The case.'),
    integer('seq', "Order within the case: the file's own where moments tie."),
    moment('at', 'When it happened.'),
    word('activity', 'activity', 'What happened.'),
    text('step', "The source's own word for what happened: the activity of an event log, which no list could hold."),
    text('from_value', 'Value before.'),
    text('to_value', 'Value after.'),
    text('actor', 'Who did it.', { sensitivity: 'direct_id' }),
    word('actor_kind', 'actor_kind', 'Customer, agent, bot or system.'),
    flag('is_public', 'Could the customer see it?', { dimension: true }),
    link('team', 'teams', 'The team at that moment.'),
  ]),
  recordTable('case_durations', 'one clock of one case', [
    link('case', 'cases', 'The case.'),
    dimension('metric', 'Which duration.'),
    word('clock', 'clock', 'Calendar or business hours.'),
    seconds('seconds', 'The duration.'),
    word('origin', 'origin', 'Computed from events, or stored by the source.'),
    text('schedule', 'Opening hours that were counted.', { refers: 'schedules' }),
  ]),
  recordTable('touchpoints', 'one contact in any channel', [
    word('channel', 'channel', 'Channel of the contact.'),
    word('direction', 'direction', 'Who began it.'),
    link('case', 'cases', 'The case that it belongs to.'),
    link('customer', 'customers', 'The customer.'),
    link('agent', 'agents', 'The agent.', { dimension: true }),
    link('team', 'teams', 'The team.', { dimension: true }),
    dimension('market', 'Market: a country or group of countries.'),
    dimension('queue', 'Queue or skill.'),
    dimension('reason', 'Reason of the contact.'),
    moment('started_at', 'When the contact began.'),
    at('responded_at', 'When someone answered.'),
    at('ended_at', 'When the contact ended.'),
    seconds('wait_seconds', 'Waited before the answer.'),
    seconds('talk_seconds', 'Spoke.'),
    seconds('hold_seconds', 'Was held.'),
    seconds('wrapup_seconds', 'Work after the contact.'),
    flag('is_answered', 'Was it answered?', { dimension: true }),
    flag('is_abandoned', 'Did the customer leave before the answer?', { dimension: true }),
    dimension('outcome', 'Outcome as the source states it.'),
    promised('target_seconds', 'the answer'),
    gap(
      'since_last_seconds',
      'From the beginning of the contact before it that the same customer made; empty for the first.',
    ),
  ]),
  recordTable('messages', 'a message of a chat, or one report about it', [
    text('thread', 'The chat that it belongs to: one customer, or group, with one number of the business.'),
    text(
      'message',
      "Key of the message, which its reports share; the source's own id is digested, as it holds a phone number.",
    ),
    integer('seq', "The file's own order where moments tie."),
    at('at', 'When it was sent, or reported.'),
    word(
      'direction',
      'direction',
      'Inbound: the customer wrote it; outbound: the business did; internal: a notice of the app.',
      {
        dimension: false,
      },
    ),
    word('report', 'delivery', 'What was reported of a message that the business sent; empty in a message itself.', {
      dimension: false,
    }),
    text('kind', 'Text, image, audio, reaction and so on, in the words of the source.'),
    link('customer', 'customers', 'The customer.'),
    link('agent', 'agents', 'Who wrote it for the business.'),
    text('sender', 'Who wrote it, as the source names them.', { sensitivity: 'direct_id' }),
    text('writer', 'Key of who wrote it, customer or agent, where a chat names both sides alike.'),
    text('contact', "The source's own id of the customer, where it has one beside the number.", {
      sensitivity: 'direct_id',
    }),
    text('line', 'The number of the business.'),
    text('body', 'What was written.', { sensitivity: 'free_text' }),
    text('failure', 'Why it was not delivered, as the source states it.'),
    flag('is_automatic', 'Sent from a template, and so no answer of anyone.'),
  ]),
  recordTable('surveys', 'one survey offered', [
    word('kind', 'survey_kind', 'Kind of survey.'),
    link('case', 'cases', 'The case that was rated.'),
    link('touchpoint', 'touchpoints', 'The contact that was rated.'),
    link('customer', 'customers', 'The customer.'),
    moment('offered_at', 'When it was sent.'),
    moment('responded_at', 'When it was answered.'),
    number('score', 'The answer.'),
    number('scale_min', 'Lowest answer possible.'),
    number('scale_max', 'Highest answer possible.'),
    word('polarity', 'polarity', 'Is a high answer good?'),
    text('comment', 'What the customer wrote.', { sensitivity: 'free_text' }),
  ]),
]

const promises: Table[] = [
  recordTable('schedules', 'one stretch of opening hours', [
    text('schedule', 'Name of the schedule.'),
    text('zone', 'IANA time zone.'),
    integer('weekday', '1 is Monday.'),
    text('from', 'Opening time, HH:MM.'),
    text('to', 'Closing time, HH:MM.'),
    on('valid_from', 'First day on which it holds.'),
    text('team', 'For this team only, by its name.'),
    text('market', 'For this market only.'),
    text('channel', 'For this channel only.'),
  ]),
  recordTable('holidays', 'a day off', [text('country', 'ISO 3166 code.'), on('on_date', 'The day.')]),
  recordTable('sla_targets', 'what was promised', [
    text('metric', 'What is promised: wait, first_reply or resolution.'),
    dimension('channel', 'For this channel only.'),
    dimension('priority', 'For this priority only.'),
    dimension('market', 'For this market only.'),
    seconds('seconds', 'The promise, by its clock.'),
    word('clock', 'clock', 'Calendar or business hours.'),
    text('origin', 'Who set it.'),
  ]),
]

const bookkeeping: Table[] = [
  systemTable('identities', 'one link between two records of a person', [
    link('left', 'customers', 'One record.'),
    link('right', 'customers', 'The other.'),
    number('score', 'How sure, 0-1.'),
    text('evidence', 'What they share.'),
    text('decided_by', 'rule or user.'),
    flag('undone', 'Was the link taken back?'),
  ]),
  systemTable('loads', 'one table of one file that came in', [
    text('id', 'File hash, with the sheet behind a #.'),
    text('source', 'Id of the source.'),
    text('path', 'The file as the user named it.'),
    text('hash', 'sha256 of the file.'),
    integer('bytes', 'Size of the file.'),
    text('form', 'csv, xlsx, json, ndjson, parquet or chat.'),
    text('encoding', 'Encoding of the text.'),
    text('pack', 'The pack that maps it.'),
    text('fills', 'The model table of one row a record.'),
    integer('records', 'Records in the file, counted without the engine.'),
    integer('mapped', 'Records that became rows.'),
    integer('rejected', 'Records set aside, with their reason.'),
    integer('duplicate', 'Same key and same content as another record.'),
    integer('superseded', 'Same key, a newer record won.'),
    integer('skipped', 'Blank, preamble or footer records, and those that a note sets aside.'),
    at('landed_at', 'When it was loaded.'),
  ]),
  systemTable('rejects', 'one record or value that was set aside', [
    link('load', 'loads', 'The load.'),
    integer('record', 'Record number; 1 is the first after the header.'),
    integer('line', 'Physical line in the file, where it has lines.'),
    text('scope', 'record (the row is out) or value (the row is in, the value is not).'),
    text('column', 'Source column, for a value.'),
    text('reason', 'Kebab-case reason.'),
    text('message', 'One sentence.'),
    text('raw', 'The record or value as it came.', { sensitivity: 'free_text' }),
  ]),
  systemTable('columns', 'one column of one load: profile and lineage', [
    link('load', 'loads', 'The load.'),
    integer('position', 'Order in the file.'),
    text('name', 'Name in the source.'),
    text('type', 'What its values are.'),
    integer('missing', 'Records without a value.'),
    integer('distinct_values', 'Different values; not counted for free text of large files.'),
    flag('distinct_exact', 'Counted, or estimated (large files)?'),
    text('lowest', 'Smallest value.', { sensitivity: 'free_text' }),
    text('highest', 'Largest value.', { sensitivity: 'free_text' }),
    text('mean', 'Mean, of numbers.'),
    column('top', 'json', 'Most frequent values with counts.', { sensitivity: 'free_text' }),
    column('shape', 'json', 'Histogram: twenty counts from lowest to highest.'),
    text('sensitivity', 'How close it comes to a person.'),
    column('fills', 'json', 'Model columns with expression, pack place and failed values.'),
  ]),
  systemTable('check_results', 'what one check found', [
    text('check', 'Id of the check.'),
    text('kind', 'Kind of the check.'),
    text('severity', 'error, warning or note.'),
    text('dimension', 'Its part in the quality score, where it has one.'),
    text('owner', 'Who is told of it.'),
    text('source', 'Id of the source, where it concerns one.'),
    text('table', 'Model table, where rows can be listed.'),
    text('subject', 'Column or field concerned.'),
    integer('found', 'How many rows or values.'),
    integer('checked', 'Out of how many.'),
    column('facts', 'json', 'Values for the sentence.'),
    text('rows', 'Expression that lists the rows, in the grammar; else they are in check_rows.'),
    column('by_source', 'json', 'Found and checked of each source, where that is known.'),
  ]),
  systemTable('check_rows', 'one row that a check found and no expression can name', [
    text('check', 'Id of the check.'),
    text('id', 'Id of the row in the table of the check.'),
  ]),
  systemTable('versions', 'what was published', [
    text('id', 'Id of the version.'),
    at('published_at', 'When.'),
    at('as_of', 'Newest event among the accepted rows.'),
    text('zone', 'Reporting zone.'),
    text('product', 'Version of Rapport.'),
    text('settings_hash', 'Hash of settings and catalogue.'),
    column('present', 'json', 'Model columns that hold a value somewhere.'),
    column('counts', 'json', 'Rows of each table.'),
    column('targets', 'json', 'Targets of the packs that were used.'),
    column('notes', 'json', 'What the build said.'),
    integer('journal', 'Position in the journal up to which arrivals are in it.'),
  ]),
]

/** The unified touchpoint model: every table, in the order in which a reader meets them. */
export const tables: Table[] = [...people, ...service, ...offers, ...promises, ...bookkeeping]

const byName = new Map(tables.map((table) => [table.name, table]))

export function tableNamed(name: string): Table | undefined {
  return byName.get(name)
}

export function columnNamed(table: string, name: string): Column | undefined {
  return byName.get(table)?.columns.find((each) => each.name === name)
}
