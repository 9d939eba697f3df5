import type { MetricContext } from '../metrics/context.ts'
import { type Memory, remember } from '../metrics/remember.ts'
import { readContacts } from './contacts-evidence.ts'
import type { Finding, FindingKind, NoFindings } from './finding.ts'
import { findMarginal } from './marginal-agent.ts'
import { readMarginal } from './marginal-evidence.ts'
import { findSegments } from './segments.ts'
import { findStaffing } from './staffing.ts'
import { readStaffing } from './staffing-evidence.ts'
import { staffingFindings } from './staffing-findings.ts'
import { readSurvival } from './survival-evidence.ts'
import { survivalFindings } from './survival-findings.ts'
import type { SurvivalKind } from './survival-lives.ts'
import { findWhoContacts } from './who-contacts.ts'

/** One question that needs no choice of the viewer, and what the data say to it. */
export interface Answer {
  kind: FindingKind
  /** Empty where nothing is real. */
  findings: Finding[]
  /** Why these data cannot answer. */
  refused: NoFindings | null
}

type Ask = (context: MetricContext) => Promise<Finding[] | NoFindings>

/** In the order in which a reader wants them: why, who leaves, who they are, how it goes, with how many people. */
const questions: { kind: FindingKind; ask: Ask }[] = [
  { kind: 'survival', ask: (context) => survivalOf('customers', context) },
  { kind: 'segments', ask: (context) => findSegments(context).then(foundIn) },
  { kind: 'contacts', ask: async (context) => foundIn(findWhoContacts(await readContacts(context), context.words)) },
  { kind: 'survival', ask: (context) => survivalOf('reply', context) },
  { kind: 'survival', ask: (context) => survivalOf('resolution', context) },
  { kind: 'staffing', ask: staffingOf },
]

const memory: Memory<Answer[]> = new WeakMap()

/** Puts every question to a version, one after another, once as long as it is open. */
export function gatherFindings(context: MetricContext): Promise<Answer[]> {
  return remember(memory, context.store, `${context.words.locale} ${context.viewer.personalData}`, async () => {
    const answers: Answer[] = []
    for (const { kind, ask } of questions) {
      const found = await ask(context)
      answers.push(
        'refused' in found ? { kind, findings: [], refused: found } : { kind, findings: found, refused: null },
      )
    }
    return answers
  })
}

function foundIn(answer: { findings: Finding[] } | NoFindings): Finding[] | NoFindings {
  return 'refused' in answer ? answer : answer.findings
}

async function survivalOf(about: SurvivalKind, context: MetricContext): Promise<Finding[] | NoFindings> {
  return survivalFindings(await readSurvival({ about }, context), context.words)
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
