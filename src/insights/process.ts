import { formatDuration, formatNumber, formatValue } from '../config/format.ts'
import { labelOf, say, type Words } from '../config/words.ts'
import type { EdgeEvidence, ProcessEvidence, StepEvidence } from './process-evidence.ts'

export interface ProcessStep extends StepEvidence {
  label: string
}

export interface ProcessEdge extends EdgeEvidence {
  from_label: string
  to_label: string
}

export interface ProcessVariant {
  path: string[]
  labels: string[]
  cases: number
  share: number
}

/** How the cases went: what was counted, with names in the viewer's language, and what stands out in sentences. */
export interface ProcessMap extends Omit<ProcessEvidence, 'steps' | 'edges' | 'variants'> {
  steps: ProcessStep[]
  edges: ProcessEdge[]
  variants: ProcessVariant[]
  /** The step after which all cases together wait longest. */
  bottleneck: ProcessEdge | null
  /** What is here, and how it usually goes. */
  sentence: string
  /** What stands out. */
  findings: ProcessFinding[]
  /** Of an inferred process: what no field says, and only those who do the work can. */
  questions: string[]
}

export interface ProcessFinding {
  about: 'bottleneck' | 'rework' | 'reopens' | 'returns' | 'left_out'
  sentence: string
}

/** A process that is not known, and what would make it known. */
export interface NoProcess {
  refused: string
}

/**
 * The process behind the cases: pure, on counts alone. The bottleneck is the transition with the largest sum of waits, since one that is
 * slow and rare costs less than one that is slower than it should be for everybody.
 */
export function findProcess(evidence: ProcessEvidence | null, words: Words): ProcessMap | NoProcess {
  if (!evidence || evidence.traced === 0) return { refused: say(words, 'say.process.nothing') }
  const label = (step: string): string => stepLabel(step, words)
  const steps = evidence.steps.map((each) => ({ ...each, label: label(each.step) }))
  const edges = evidence.edges.map((each) => ({ ...each, from_label: label(each.from), to_label: label(each.to) }))
  const variants = evidence.variants.map(({ path, cases }) => ({
    path,
    labels: path.map(label),
    cases,
    share: cases / evidence.traced,
  }))
  const bottleneck = bottleneckOf(edges)
  const map = { ...evidence, steps, edges, variants, bottleneck }
  return { ...map, sentence: saidWhole(map, words), findings: saidFindings(map, words), questions: askedOf(map, words) }
}

function bottleneckOf(edges: ProcessEdge[]): ProcessEdge | null {
  const timed = edges.filter(({ total }) => total !== null && total > 0)
  return timed.toSorted((a, b) => (b.total ?? 0) - (a.total ?? 0) || compare(a, b))[0] ?? null
}

function compare(a: ProcessEdge, b: ProcessEdge): number {
  return `${a.from}\n${a.to}` < `${b.from}\n${b.to}` ? -1 : 1
}

/** A log's own word as it is; what the model names in the viewer's language: `Status: Solved`, `Replied (Agent)`. */
export function stepLabel(step: string, words: Words): string {
  const [kind, activity = '', value] = step.split(':')
  if (kind !== 'activity') return step
  const name = labelOf(words, `values.activity.${activity}`, activity)
  if (value === undefined) return name
  if (activity === 'status')
    return say(words, 'say.process.status', { status: labelOf(words, `values.status.${value}`, value) })
  const actor = labelOf(words, `values.actor_kind.${value}`, value)
  return say(words, 'say.process.by', { activity: name, actor })
}

/** Steps in order; the sign is one that every font of ours has. */
export function pathText(labels: string[]): string {
  return labels.join(' › ')
}

type Counted = Omit<ProcessMap, 'sentence' | 'findings' | 'questions'>

function saidWhole(map: Counted, words: Words): string {
  const [first] = map.variants
  // Where every case goes its own way, none is usual.
  const usual =
    first && (first.cases > 1 || map.traced === 1)
      ? say(words, 'say.process.usual', {
          path: pathText(first.labels),
          cases: formatNumber(first.cases, words),
          share: formatValue(first.share, 'ratio', words),
        })
      : ''
  const here = say(words, map.inferred ? 'say.process.inferred' : 'say.process.here', {
    cases: map.traced,
    events: map.events,
    steps: map.steps.length,
    variants: map.variant_count,
  })
  return [here, usual, saidStanding(map, words)].filter(Boolean).join(' ')
}

/** `Now they stand at Pending 2,881, Open 2,819, Closed 2,769.` */
function saidStanding({ statuses }: Counted, words: Words): string {
  if (statuses.length === 0) return ''
  const list = statuses.map(
    ({ status, cases }) => `${labelOf(words, `values.status.${status}`, status)} ${formatNumber(cases, words)}`,
  )
  return say(words, 'say.process.standing', { list: list.join(', ') })
}

const unfinished = ['new', 'open']
const waiting = ['pending', 'hold']

/** Each question stands for something that a map of filled fields cannot show. */
function askedOf({ inferred, statuses, steps }: Counted, words: Words): string[] {
  if (!inferred) return []
  const at = (wanted: string[]): number =>
    statuses.filter(({ status }) => wanted.includes(status)).reduce((sum, { cases }) => sum + cases, 0)
  const ask = (id: string, count = 0): string => say(words, `say.process.ask.${id}`, { count })
  return [
    ...(at(unfinished) > 0 ? [ask('open', at(unfinished))] : []),
    ...(at(waiting) > 0 ? [ask('pending', at(waiting))] : []),
    ...(steps.some(({ step }) => step === 'activity:assigned') ? [] : [ask('assigned')]),
    ask('handed'),
    ...(steps.some(({ step }) => step === 'activity:closed' || step === 'activity:solved')
      ? [ask('closed'), ask('reopened')]
      : []),
    ask('unseen'),
  ]
}

function saidFindings(map: Counted, words: Words): ProcessFinding[] {
  const said: Record<ProcessFinding['about'], string> = {
    bottleneck: saidBottleneck(map, words),
    rework: saidRework(map, words),
    reopens: saidReopens(map, words),
    returns: saidReturns(map, words),
    left_out: saidLeftOut(map, words),
  }
  return (Object.keys(said) as ProcessFinding['about'][]).flatMap((about) =>
    said[about] ? [{ about, sentence: said[about] }] : [],
  )
}

function saidBottleneck({ bottleneck, edges }: Counted, words: Words): string {
  if (!bottleneck || bottleneck.total === null || bottleneck.median === null) return ''
  const all = edges.reduce((sum, { total }) => sum + (total ?? 0), 0)
  return say(words, 'say.process.bottleneck', {
    from: bottleneck.from_label,
    to: bottleneck.to_label,
    share: formatValue(bottleneck.total / all, 'ratio', words),
    median: formatDuration(bottleneck.median, words),
    p90: formatDuration(bottleneck.p90 ?? 0, words),
    count: bottleneck.count,
  })
}

function saidRework({ inferred, reworked, traced, steps }: Counted, words: Words): string {
  if (inferred) return ''
  const most = steps.toSorted((a, b) => b.repeated - a.repeated || (a.step < b.step ? -1 : 1))[0]
  return say(words, 'say.process.rework', {
    cases: reworked,
    share: formatValue(reworked / traced, 'ratio', words),
    step: most?.label ?? '',
    repeated: most?.repeated ?? 0,
  })
}

function saidReopens({ inferred, closing, reopened_cases: cases, traced, reopens }: Counted, words: Words): string {
  if (inferred || (closing === null && cases === 0)) return ''
  const most = reopens[0]
  return say(words, 'say.process.reopens', {
    cases,
    share: formatValue(cases / traced, 'ratio', words),
    closing: closing ?? 'none',
    step: most ? stepLabel(most.step, words) : '',
    count: most?.count ?? 0,
  })
}

function saidReturns({ handovers, returned, returned_cases: cases }: Counted, words: Words): string {
  return handovers === 0 ? '' : say(words, 'say.process.returns', { handovers, returned, cases })
}

function saidLeftOut({ cases, traced, undated, tied }: Counted, words: Words): string {
  return [
    cases > traced ? say(words, 'say.process.untraced', { count: cases - traced }) : '',
    undated > 0 ? say(words, 'say.process.undated', { count: undated }) : '',
    tied > 0 ? say(words, 'say.process.tied', { count: tied }) : '',
  ]
    .filter(Boolean)
    .join(' ')
}
