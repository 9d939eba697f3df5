import type { MetricContext } from '../metrics/context.ts'
import { type Memory, rememberFor } from '../metrics/remember.ts'
import { readAnomalyFindings } from './anomaly-findings.ts'
import { readContacts } from './contacts-evidence.ts'
import { findDrivers } from './drivers.ts'
import type { Finding, FindingKind, NoFindings } from './finding.ts'
import { findIssueTrends } from './issue-trends.ts'
import { findMarginal } from './marginal-agent.ts'
import { readMarginal } from './marginal-evidence.ts'
import { readDriverTests } from './read-drivers.ts'
import { readProcessFindings } from './read-process-findings.ts'
import { readTopics } from './read-topics.ts'
import { findSegments } from './segments.ts'
import { findSignals } from './signals.ts'
import { findStaffing } from './staffing.ts'
import { readStaffing } from './staffing-evidence.ts'
import { staffingFindings } from './staffing-findings.ts'
import { readSurvival } from './survival-evidence.ts'
import { survivalFindings } from './survival-findings.ts'
import type { SurvivalKind } from './survival-lives.ts'
import { findTopics, type RepeatedTexts, repeatedTexts } from './topics.ts'
import { findValue } from './value.ts'
import { findWhoContacts } from './who-contacts.ts'

/** One question that needs no choice of the viewer, and what the data say to it. */
export interface Answer {
  kind: FindingKind
  /** Empty where nothing is real. */
  findings: Finding[]
  /** Why these data cannot answer. */
  refused: NoFindings | null
  /** Of topics: how much is written again and again. Counted, so it is no finding. */
  repeated?: RepeatedTexts
}

type Asked = Finding[] | NoFindings | { findings: Finding[]; repeated: RepeatedTexts }
type Ask = (context: MetricContext) => Promise<Asked>

/** What costs least is asked first; readers see them in the order of `kindOrder`. */
const questions: { kind: FindingKind; ask: Ask }[] = [
  { kind: 'contacts', ask: async (context) => foundIn(findWhoContacts(await readContacts(context), context.words)) },
  { kind: 'staffing', ask: staffingOf },
  { kind: 'anomalies', ask: readAnomalyFindings },
  { kind: 'survival', ask: (context) => survivalOf('customers', context) },
  { kind: 'survival', ask: (context) => survivalOf('reply', context) },
  { kind: 'survival', ask: (context) => survivalOf('resolution', context) },
  { kind: 'value', ask: (context) => findValue(context).then(foundIn) },
  { kind: 'segments', ask: (context) => findSegments(context).then(foundIn) },
  { kind: 'process', ask: (context) => readProcessFindings({}, context) },
  { kind: 'drivers', ask: async (context) => foundIn(findDrivers(await driversOf(context), context.words)) },
  { kind: 'signals', ask: async (context) => foundIn(findSignals(await driversOf(context), context.words)) },
  { kind: 'topics', ask: topicsOf },
  { kind: 'trends', ask: (context) => findIssueTrends(context).then(foundIn) },
  { kind: 'churn', ask: churnOf },
]

/** Why, who leaves, who they are, what they want, how it goes, with how many people. */
const kindOrder: FindingKind[] = [
  'drivers',
  'signals',
  'churn',
  'value',
  'segments',
  'contacts',
  'topics',
  'trends',
  'anomalies',
  'survival',
  'process',
  'staffing',
]

/** What is known by now; `pending` are questions that are still being worked on. */
export interface Gathered {
  answers: Answer[]
  pending: FindingKind[]
}

const memory: Memory<Answer> = new WeakMap()

/** What a playbook takes of the answers. */
export function evidenceOf(answers: readonly Answer[]): { findings: Finding[]; repeated: RepeatedTexts | null } {
  return {
    findings: answers.flatMap((each) => each.findings),
    repeated: answers.find((each) => each.repeated)?.repeated ?? null,
  }
}

/** Puts every question to a version, each once as long as it is open. */
export async function gatherFindings(context: MetricContext): Promise<Answer[]> {
  return inOrder(await Promise.all(askAll(context).map((each) => each.answer)))
}

/** The same for a reader who would rather see what is there than wait: the rest goes on, to be seen next time. */
export async function gatherWithin(context: MetricContext, milliseconds: number): Promise<Gathered> {
  let timer: NodeJS.Timeout | undefined
  const late = new Promise<null>((resolve) => {
    timer = setTimeout(resolve, milliseconds, null)
  })
  const asked = await Promise.all(
    askAll(context).map(async ({ kind, answer }) => ({ kind, answer: await Promise.race([answer, late]) })),
  )
  // A process that is done would stay for the rest of its patience.
  clearTimeout(timer)
  return {
    answers: inOrder(asked.flatMap(({ answer }) => answer ?? [])),
    pending: asked.filter(({ answer }) => answer === null).map(({ kind }) => kind),
  }
}

function inOrder(answers: Answer[]): Answer[] {
  return answers.toSorted((a, b) => kindOrder.indexOf(a.kind) - kindOrder.indexOf(b.kind))
}

/** One after another: side by side they would only wait for each other. */
function askAll(context: MetricContext): { kind: FindingKind; answer: Promise<Answer> }[] {
  let before: Promise<unknown> = Promise.resolve()
  return questions.map(({ kind, ask }, place) => {
    const turn = before
    const answer = rememberFor(memory, context, place, () =>
      turn.catch(() => {}).then(async () => answerOf(kind, await ask(context))),
    )
    before = answer
    return { kind, answer }
  })
}

function answerOf(kind: FindingKind, found: Asked): Answer {
  if ('repeated' in found) return { kind, ...found, refused: null }
  return 'refused' in found ? { kind, findings: [], refused: found } : { kind, findings: found, refused: null }
}

function foundIn(answer: { findings: Finding[] } | NoFindings): Finding[] | NoFindings {
  return 'refused' in answer ? answer : answer.findings
}

const driversOf = (context: MetricContext) => readDriverTests({ metric: 'csat' }, context)

async function survivalOf(about: SurvivalKind, context: MetricContext): Promise<Finding[] | NoFindings> {
  return survivalFindings(await readSurvival({ about }, context), context.words)
}

async function churnOf(context: MetricContext): Promise<Finding[] | NoFindings> {
  // A heavy module that most processes never need.
  const { findChurn, churnFindings } = await import('./churn.ts')
  const found = await findChurn({ customers: 1 }, context)
  return 'refused' in found ? found : churnFindings(found, context.words)
}

/** What cases are about, and whether the topics differ in satisfaction. */
async function topicsOf(context: MetricContext): Promise<Asked> {
  const contrast = { by: 'csat' } as const
  const found = findTopics(await readTopics({ of: 'cases', contrast }, context), 'cases', context.words)
  return 'refused' in found ? found : { findings: found.findings, repeated: repeatedTexts(found) }
}

/** As the page *Staffing* asks: nothing is assumed that the viewer did not say. */
async function staffingOf(context: MetricContext): Promise<Finding[] | NoFindings> {
  const { words } = context
  const question = { concurrency: {}, handle: {}, words }
  const { queues } = await readStaffing(context, { byMarket: false, keep: [] })
  const marginal = findMarginal(await readMarginal(context, {}), question)
  const plans = queues.map((queue) => findStaffing(queue, question))
  if (queues.length === 0 && 'refused' in marginal) return marginal
  return staffingFindings(plans, queues, marginal, words)
}
