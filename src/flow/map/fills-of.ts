import { holdsNumbers } from './evidence.ts'
import { agentLink, caseLinks, customerKey, customerLink, isCode, quoted } from './links.ts'
import type { FillSpec, RuleSpec } from './pack.ts'
import { durationSpec } from './reading-of.ts'
import { momentRule, numberRule, readRule, wordRule } from './rule-of.ts'
import { surveyFill } from './survey-fill.ts'
import { columnOf, type Work } from './work.ts'

/** What only a ticket has; a list of customers has none of it. */
const ofTickets = [
  'id',
  'channel',
  'status',
  'priority',
  'subject',
  'created_at',
  'solved_at',
  'closed_at',
  'reason',
  'type',
]

/** Every table that an export of tickets (or, without anything of a ticket, of customers) can fill. */
export function fillsOf(work: Work): FillSpec[] {
  if (!ofTickets.some((name) => work.chosen.has(`cases.${name}`))) {
    for (const target of [...work.chosen.keys()]) if (!target.startsWith('customers.')) work.chosen.delete(target)
    return work.chosen.size >= 3 ? [...customerFill(work), ...namedFill(work, 'customers.account', 'accounts')] : []
  }
  return [
    caseFill(work),
    ...customerFill(work),
    ...namedFill(work, 'customers.account', 'accounts'),
    ...agentFill(work),
    ...namedFill(work, 'cases.team', 'teams'),
    ...namedFill(work, 'cases.product', 'products'),
    touchpointFill(work),
    ...surveyFill(work),
    ...durationFills(work),
  ]
}

const momentTargets = [
  'created_at',
  'assigned_at',
  'first_response_at',
  'first_solved_at',
  'solved_at',
  'closed_at',
  'updated_at',
  'purchased_on',
]
const plainTargets = [
  'type',
  'reason',
  'sub_reason',
  'subject',
  'description',
  'resolution',
  'team',
  'product',
  'market',
]

function caseFill(work: Work): FillSpec {
  const key = work.chosen.get('cases.id')?.column
  const columns: Record<string, RuleSpec> = {}
  const put = (name: string, rule: RuleSpec | null | undefined): void => {
    if (rule) columns[name] = rule
  }
  put('channel', wordRule(work, 'cases.channel', 'channel'))
  put('medium', work.chosen.get('cases.channel')?.column)
  for (const name of ['priority', 'severity', 'status']) put(name, wordRule(work, `cases.${name}`, name))
  for (const name of plainTargets) put(name, work.chosen.get(`cases.${name}`)?.column)
  put('agent', agentLink(work))
  put('customer', customerLink(work))
  for (const name of momentTargets) put(name, momentRule(work, `cases.${name}`))
  for (const name of ['reopens', 'replies']) put(name, numberRule(work, `cases.${name}`))
  return { table: 'cases', ...(key ? { key } : {}), columns }
}

function customerFill(work: Work): FillSpec[] {
  const key = customerKey(work)
  if (!key) return []
  const columns: Record<string, RuleSpec> = {}
  for (const name of ['name', 'email', 'phone', 'segment', 'region', 'city', 'account']) {
    const column = work.chosen.get(`customers.${name}`)?.column
    if (column) columns[name] = column
  }
  const age = numberRule(work, 'customers.age')
  const gender = wordRule(work, 'customers.gender', 'gender')
  const joined = momentRule(work, 'customers.joined_on')
  return [
    {
      table: 'customers',
      key,
      distinct: true,
      ...(Array.isArray(key) ? { unidentified: true } : {}),
      columns: {
        ...columns,
        ...(age ? { age } : {}),
        ...(gender ? { gender } : {}),
        ...(joined ? { joined_on: joined } : {}),
      },
    },
  ]
}

function agentFill(work: Work): FillSpec[] {
  const column = columnOf(work, 'cases.agent')
  if (!column || isCode(column)) return []
  const team = work.chosen.get('cases.team')?.column
  return [
    { table: 'agents', key: [column.name], distinct: true, columns: { name: column.name, ...(team ? { team } : {}) } },
  ]
}

/** A row for each different name of a team, product or account. */
function namedFill(work: Work, target: string, table: string): FillSpec[] {
  const column = columnOf(work, target)
  if (!column || (holdsNumbers(column) && column.present > 0)) return []
  return [{ table, key: column.name, distinct: true, columns: { name: column.name } }]
}

/** One inbound contact a case: what a ticket export can say about touchpoints. */
function touchpointFill(work: Work): FillSpec {
  const channel = wordRule(work, 'cases.channel', 'channel')
  const agent = agentLink(work)
  const team = work.chosen.get('cases.team')?.column
  const started = momentRule(work, 'cases.created_at')
  const responded = momentRule(work, 'cases.first_response_at')
  const response = work.chosen.get('cases.first_response_at')?.column
  return {
    table: 'touchpoints',
    columns: {
      ...(channel ? { channel } : {}),
      direction: { value: 'inbound' },
      ...caseLinks(work),
      ...(agent ? { agent } : {}),
      ...(team ? { team } : {}),
      ...(started ? { started_at: started } : {}),
      ...(responded ? { responded_at: responded } : {}),
      ...(response ? { is_answered: { expression: `${quoted(response)} is not null` } } : {}),
    },
  }
}

function durationFills(work: Work): FillSpec[] {
  const stored = [...work.chosen.keys()].filter((target) => target.startsWith('durations.')).sort()
  return stored.flatMap((target) => {
    const [metric, clock] = target.slice('durations.'.length).split('@') as [string, string]
    const column = columnOf(work, target)!
    const rule = readRule(work, target, () => durationSpec(column, work.synonyms, work.inquiry))
    const id = work.chosen.get('cases.id')?.column
    if (!rule) return []
    return [
      {
        table: 'case_durations',
        when: `${quoted(column.name)} is not null`,
        columns: {
          ...(id ? { case: id } : {}),
          metric: { value: metric },
          clock: { value: clock },
          seconds: rule,
          origin: { value: 'stored' },
        },
      },
    ]
  })
}
