import { type Problem, RapportError } from '../../errors.ts'
import { wordsOf } from '../../model/vocabularies.ts'
import type { Batch } from '../sources/batch.ts'
import { assign, type Candidate, candidatesOf } from './candidates.ts'
import { type ColumnProfile, holdsNumbers, overlapOf, scaleOf, shareOf } from './evidence.ts'
import type { FillSpec, PackSpec, RuleSpec } from './pack.ts'
import type { BatchProfile } from './profile.ts'
import { ask, type Inquiry, type Question } from './question.ts'
import { durationSpec, momentSpec, numberSpec, type ReadingSpec } from './reading-of.ts'
import { fold, type Synonyms } from './synonyms.ts'

/** A source column and the model column that it should fill. */
export interface Proposal {
  column: string
  /** `cases.created_at`. */
  target: string
  /** 0-1. */
  confidence: number
  /** One sentence. */
  reason: string
  alternatives: { target: string; confidence: number }[]
}

export interface ProposeOptions {
  synonyms: Synonyms
  /** Answers of a person, by question. */
  answers?: Record<string, string>
  /** Take the best guess where nobody answered (`--yes`); else the column stays out, with a problem. */
  guess?: boolean
}

/** A pack for an export that no pack knows, with the reason of every line. */
export interface ProposedPack {
  pack: PackSpec
  /** In the order of the file. */
  proposals: Proposal[]
  /** Questions that nobody has answered. */
  questions: Question[]
  notes: Problem[]
}

interface Work {
  profile: BatchProfile
  synonyms: Synonyms
  inquiry: Inquiry
  /** Target -> the column that fills it. */
  chosen: Map<string, Candidate>
  /** Rules that are made already: a question is asked once. */
  rules: Map<string, RuleSpec | null>
}

/** Proposes how an unknown export of tickets becomes the model; pure: names and the profile of the whole columns decide. */
export function proposePack(
  batch: Pick<Batch, 'name' | 'columns'>,
  profile: BatchProfile,
  options: ProposeOptions,
): ProposedPack {
  const inquiry: Inquiry = { answers: options.answers ?? {}, guess: options.guess ?? false, open: [], notes: [] }
  const candidates = withoutUndecidedState(candidatesOf(profile, options.synonyms), profile, options.synonyms, inquiry)
  const chosen = withEarliest(assign(candidates), profile)
  const work: Work = { profile, synonyms: options.synonyms, inquiry, chosen, rules: new Map() }
  const fills = fillsOf(work)
  const proposals = proposalsOf(work, candidates)
  if (fills.length === 0 || proposals.length === 0) throw nothingFits(batch)
  const pack = packOf(batch, fills, proposals)
  return {
    pack,
    proposals,
    questions: inquiry.open,
    notes: [...inquiry.notes, ...orderNotes(work), ...wordNotes(work)],
  }
}

function nothingFits(batch: Pick<Batch, 'name' | 'columns'>): RapportError {
  return new RapportError(
    {
      code: 'export-unknown',
      message: `No column of ${batch.name} (${batch.columns.slice(0, 8).join(', ')}) looks like one of a ticket export.`,
      fix: 'Write a pack for it: docs/packs.md shows one, line by line.',
    },
    3,
  )
}

const columnOf = (work: Work, target: string): ColumnProfile | undefined => {
  const name = work.chosen.get(target)?.column
  return work.profile.columns.find((column) => column.name === name)
}

/** Where no name says when a case began, the moment that is before all others in nearly every record does. */
function withEarliest(chosen: Map<string, Candidate>, profile: BatchProfile): Map<string, Candidate> {
  if (chosen.has('cases.created_at')) return chosen
  const taken = new Set([...chosen.values()].map(({ column }) => column))
  const free = profile.columns.filter(({ name, present }) => !taken.has(name) && present >= profile.records * 0.95)
  const first = free.find(({ name }) => {
    const orders = profile.orders.filter(({ earlier }) => earlier === name)
    return orders.length > 0 && orders.every(({ share }) => share >= 0.98)
  })
  if (!first) return chosen
  const reason = 'It is there in nearly every record, and before every other moment.'
  return new Map(chosen).set('cases.created_at', {
    column: first.name,
    target: 'cases.created_at',
    confidence: 0.65,
    reason,
  })
}

const states = new Set(['state', 'etat', 'estado'])

/** A column called "State" whose values are neither US states nor states of a case: only a person knows. */
function withoutUndecidedState(
  candidates: Candidate[],
  profile: BatchProfile,
  synonyms: Synonyms,
  inquiry: Inquiry,
): Candidate[] {
  const unclear = profile.columns.filter(
    (column) => states.has(fold(column.name)) && column.present > 0 && isUnclear(column, synonyms),
  )
  return unclear.reduce((rest, column) => {
    const answer = ask(inquiry, {
      id: `state:${column.name}`,
      column: column.name,
      question: `"${column.name}" holds ${column.values.slice(0, 3).join(', ') || 'many values'}: is it where the customer lives, or the state of the case?`,
      choices: [
        { value: 'customers.region', label: 'where the customer lives' },
        { value: 'cases.status', label: 'the state of the case' },
        { value: 'leave', label: 'leave it out' },
      ],
      best: column.values.length > 0 && column.values.length <= 8 ? 'cases.status' : 'customers.region',
    })
    const others = rest.filter((each) => each.column !== column.name)
    if (answer === null || answer === 'leave') return others
    return [{ column: column.name, target: answer, confidence: 0.99, reason: 'It was answered or guessed.' }, ...others]
  }, candidates)
}

function isUnclear(column: ColumnProfile, synonyms: Synonyms): boolean {
  const us = column.values.filter((value) => synonyms.usStates.has(fold(value))).length
  return us < column.values.length * 0.6 && overlapOf(column, synonyms.words.get('status')!, fold).share < 0.5
}

function proposalsOf(work: Work, candidates: Candidate[]): Proposal[] {
  const chosen = [...work.chosen.values()]
  return work.profile.columns.flatMap(({ name }) =>
    chosen
      .filter(({ column }) => column === name)
      .map(({ column, target, confidence, reason }) => ({
        column,
        target,
        confidence,
        reason,
        alternatives: candidates
          .filter((other) => other.column === name && other.target !== target)
          .slice(0, 3)
          .map((other) => ({ target: other.target, confidence: other.confidence })),
      })),
  )
}

function packOf(batch: Pick<Batch, 'name' | 'columns'>, fills: FillSpec[], proposals: Proposal[]): PackSpec {
  const id =
    fold(batch.name.replace(/\.\w+(#|$)/, '$1'))
      .replaceAll(' ', '-')
      .replace(/[^a-z0-9-]/g, '')
      .replace(/^-+|-+$/g, '') || 'export'
  return {
    id,
    name: batch.name,
    tables: [{ name: id, recognise: proposals.map(({ column }) => column), fills }],
  }
}

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

function fillsOf(work: Work): FillSpec[] {
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

/** A rule with its details, or the name alone. */
function ruleOf(column: string, spec: ReadingSpec & { words?: Record<string, string | number | null> }): RuleSpec {
  const { says: _, ...details } = spec
  return Object.keys(details).length === 0 ? column : { from: column, ...details }
}

/** Without a known reading the column stays out, and is no proposal any more. */
function readRule(work: Work, target: string, read: (column: ColumnProfile) => ReadingSpec | null): RuleSpec | null {
  const made = work.rules.get(target)
  if (made !== undefined) return made
  const column = columnOf(work, target)
  const spec = column && read(column)
  const rule = column && spec ? ruleOf(column.name, spec) : null
  if (!rule) work.chosen.delete(target)
  else if (spec?.says) explain(work, target, spec.says)
  work.rules.set(target, rule)
  return rule
}

function explain(work: Work, target: string, says: string): void {
  const candidate = work.chosen.get(target)!
  work.chosen.set(target, { ...candidate, reason: `${candidate.reason.slice(0, -1)}; ${says}.` })
}

const momentRule = (work: Work, target: string): RuleSpec | null =>
  readRule(work, target, (column) =>
    momentSpec(
      column,
      work.profile.columns.filter((other) => other !== column),
      work.inquiry,
    ),
  )

const numberRule = (work: Work, target: string): RuleSpec | null =>
  readRule(work, target, (column) => numberSpec(column, work.inquiry))

/** Words of the source -> ids; those that nobody knows are kept as they are and reported. */
function wordRule(work: Work, target: string, vocabulary: string): RuleSpec | null {
  const column = columnOf(work, target)
  if (!column) return null
  const { known } = overlapOf(column, work.synonyms.words.get(vocabulary)!, fold)
  const ids = new Set(wordsOf(vocabulary))
  const words = Object.fromEntries(Object.entries(known).filter(([word]) => !ids.has(word.toLowerCase())))
  return ruleOf(column.name, Object.keys(words).length > 0 ? { words } : {})
}

/** The source columns that name a customer: a client id, else the name and e-mail together. */
function customerKey(work: Work): string | string[] | null {
  const id = work.chosen.get('customers.id')?.column
  if (id) return id
  const parts = ['customers.name', 'customers.email'].flatMap((target) => work.chosen.get(target)?.column ?? [])
  return parts.length > 0 ? parts : null
}

function customerLink(work: Work): RuleSpec | null {
  const key = customerKey(work)
  return Array.isArray(key) ? { key } : key
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

/** A number or code, no name of a person. */
const isCode = (column: ColumnProfile): boolean => holdsNumbers(column) || / id$/.test(fold(column.name))

/** An agent's name or address is a digest in an id; a number or code stands as it is. */
function agentLink(work: Work): RuleSpec | null {
  const column = columnOf(work, 'cases.agent')
  if (!column) return null
  return isCode(column) ? column.name : { key: [column.name] }
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

/** The links that every row derived from a case has. */
function caseLinks(work: Work): Record<string, RuleSpec> {
  const id = work.chosen.get('cases.id')?.column
  const customer = customerLink(work)
  return { ...(id ? { case: id } : {}), ...(customer ? { customer } : {}) }
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

const quoted = (column: string): string => `\`${column.replaceAll('`', '``')}\``

function surveyFill(work: Work): FillSpec[] {
  const column = columnOf(work, 'surveys.score')
  if (!column) return []
  const satisfaction = work.synonyms.words.get('satisfaction')!
  const scale = scaleOf(column, satisfaction, fold) ?? askedScale(column, work)
  const number = scale?.words ? {} : numberSpec(column, work.inquiry)
  if (!scale || !number) {
    work.chosen.delete('surveys.score')
    return []
  }
  const { known } = overlapOf(column, satisfaction, fold)
  const ids = Object.entries(known)
  const words = Object.fromEntries(ids.map(([word, id]) => [word, id === 'good' ? 1 : id === 'bad' ? 0 : null]))
  const never = ids.filter(([, id]) => id === 'not_offered').map(([word]) => `'${word.replaceAll("'", "''")}'`)
  const comment = work.chosen.get('surveys.comment')?.column
  const { case: id, customer } = caseLinks(work)
  const when =
    never.length > 0 ? `${quoted(column.name)} not in (${never.join(', ')})` : `${quoted(column.name)} is not null`
  return [
    {
      table: 'surveys',
      when,
      columns: {
        kind: { value: kindOf(column, scale.kind) },
        ...(id ? { case: id, touchpoint: id } : {}),
        ...(customer ? { customer } : {}),
        score: ruleOf(column.name, { ...number, ...(scale.words ? { words } : {}) }),
        scale_min: { value: scale.min },
        scale_max: { value: scale.max },
        polarity: { value: 'higher_is_better' },
        ...(comment ? { comment } : {}),
      },
    },
  ]
}

function kindOf({ name }: ColumnProfile, kind: 'csat' | 'nps'): string {
  if (/\bnps\b|promoter/.test(fold(name))) return 'nps'
  return /csat|satisf|zufrieden/.test(fold(name)) ? 'csat' : kind
}

function askedScale(
  column: ColumnProfile,
  work: Work,
): { kind: 'csat' | 'nps'; min: number; max: number; words?: undefined } | null {
  const choices = ['1-5', '0-10', '1-7', '0-100'].filter(
    (choice) => Number(choice.split('-')[1]) >= (column.highest ?? 0),
  )
  const answer = ask(work.inquiry, {
    id: `scale:${column.name}`,
    column: column.name,
    question: `The scores in "${column.name}" go from ${column.lowest ?? '?'} to ${column.highest ?? '?'}: on which scale were they given?`,
    choices: choices.map((value) => ({ value, label: value })),
    best: choices[0] ?? '0-100',
  })
  if (!answer) return null
  const [min, max] = answer.split('-').map(Number)
  return { kind: answer === '0-10' ? 'nps' : 'csat', min: min!, max: max! }
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

const inTime = ['created_at', 'assigned_at', 'first_response_at', 'first_solved_at', 'solved_at', 'closed_at']

/** Moments that stand in the wrong order: worth saying, for the export or the mapping is wrong. */
function orderNotes({ chosen, profile }: Work): Problem[] {
  const known = inTime.flatMap((name) => chosen.get(`cases.${name}`) ?? [])
  return known.flatMap((one, at) =>
    known.slice(at + 1).flatMap((other) => {
      const order = profile.orders.find(({ earlier, later }) => earlier === one.column && later === other.column)
      if (!order || order.share >= 0.98) return []
      return [
        {
          code: 'moments-inverted',
          message: `"${one.column}" is after "${other.column}" in ${Math.round((1 - order.share) * order.both)} of ${order.both} records that have both.`,
          where: one.column,
          fix: `Check that they are ${one.target} and ${other.target}; if they are, the source itself is wrong there.`,
        },
      ]
    }),
  )
}

/** Words that no vocabulary knows: kept as the source writes them. */
function wordNotes(work: Work): Problem[] {
  return ['channel', 'status', 'priority', 'severity'].flatMap((vocabulary) => {
    const column = columnOf(work, `cases.${vocabulary}`)
    if (!column || shareOf(column, 'email') > 0) return []
    const { unknown } = overlapOf(column, work.synonyms.words.get(vocabulary)!, fold)
    if (unknown.length === 0) return []
    return [
      {
        code: 'words-unknown',
        message: `${unknown.length} ${unknown.length === 1 ? 'value' : 'values'} of "${column.name}" (${unknown.slice(0, 5).join(', ')}) ${unknown.length === 1 ? 'is' : 'are'} no known ${vocabulary}; kept as written.`,
        where: column.name,
        fix: `Give each its id under "words" in the pack: ${wordsOf(vocabulary).join(', ')}.`,
      },
    ]
  })
}
