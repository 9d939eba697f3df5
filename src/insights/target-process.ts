import { z } from 'zod'
import { checked } from '../config/check.ts'
import { duration } from '../config/promise.ts'
import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import { didYouMean } from '../metrics/nearest.ts'

const stepSchema = z.strictObject({
  step: z
    .string()
    .min(1)
    .describe("The step: the source's own word, or one of the model as the map names it (`Solved`, `Status: Closed`)."),
  optional: z.boolean().default(false).describe('A case may go without it.'),
  again: z.boolean().default(false).describe('It may come more than once.'),
  within: duration.optional().describe('Limit of the time since `after`, in calendar time: "24 h".'),
  after: z
    .string()
    .optional()
    .describe('The step from which `within` counts; by default the nearest step before it that the case has.'),
})

/** How cases should go, as it stands in a file. */
export const targetProcessSchema = z.strictObject({
  process: z.string().regex(/^[a-z][a-z0-9_-]*$/, 'an id is lower case letters, digits, - and _'),
  title: z.string().min(1).optional(),
  steps: z.array(stepSchema).min(2).max(60).describe('In the order in which they should come.'),
  others: z
    .enum(['part', 'allow'])
    .default('part')
    .describe('Steps that are not listed: a case that has one parts from the process, or it may have them anywhere.'),
  within: duration.optional().describe('Limit of a whole case, first event to last, in calendar time.'),
  replaces: z.literal('built-in').optional(),
})

export interface TargetStep {
  step: string
  optional: boolean
  again: boolean
  within: number | null
  /** Position in the list of the step from which `within` counts; null: the nearest before it that the case has. */
  after: number | null
  /** `file:line`. */
  defined_at: string
}

/** How cases should go: steps in order, with their limits in seconds. */
export interface TargetProcess {
  id: string
  title: string
  steps: TargetStep[]
  others: 'part' | 'allow'
  within: number | null
  defined_at: string
  replaces?: 'built-in'
}

/** A file -> a process, or null with every fault and its line. Whether the data know its steps, `settleSteps` says. */
export function parseTargetProcess(document: Document, problems: Problem[]): TargetProcess | null {
  const spec = checked(targetProcessSchema, document.value ?? {}, document, problems)
  if (!spec) return null
  const before = problems.length
  const names = spec.steps.map(({ step }) => step)
  const steps = spec.steps.map(({ step, optional, again, within, after }, index): TargetStep => {
    const where = (...path: string[]): string => document.where(['steps', index, ...path])
    if (names.indexOf(step) < index)
      problems.push(twice(step, where('step'), document.where(['steps', names.indexOf(step), 'step'])))
    const from = after === undefined ? null : names.indexOf(after)
    if (after !== undefined && (from === -1 || from === index))
      problems.push(unknownAfter(after, names, step, where('after')))
    if (within !== undefined && index === 0 && after === undefined) problems.push(nothingBefore(where('within')))
    if (within === undefined && after !== undefined) problems.push(noLimit(where('after')))
    return { step, optional, again, within: within ?? null, after: from, defined_at: where('step') }
  })
  if (steps.every(({ optional }) => optional))
    problems.push({
      code: 'process-optional',
      message: `Every step of "${spec.process}" is optional, so that no case could part from it.`,
      where: document.where(['steps']),
      fix: 'Leave `optional` out of the steps that every case needs.',
    })
  if (problems.length > before) return null
  const { process: id, title, others, within, replaces } = spec
  return {
    id,
    title: title ?? id,
    steps,
    others,
    within: within ?? null,
    defined_at: document.where(['process']),
    ...(replaces && { replaces }),
  }
}

/** A step that the data have, and how people call it. */
export interface KnownStep {
  step: string
  label: string
}

/** The steps by the ids of the model. What the data do not know would be missing in every case: it is a fault, with its line. */
export function settleSteps(target: TargetProcess, known: KnownStep[], problems: Problem[]): TargetProcess {
  const fold = (text: string): string => text.trim().toLowerCase()
  const byName = new Map<string, string>()
  for (const { step, label } of known.toReversed())
    for (const name of [label, step.replace(/^activity:/, ''), step]) byName.set(fold(name), step)
  const steps = target.steps.map((each) => {
    const found = byName.get(fold(each.step))
    if (found === undefined)
      problems.push({
        code: 'step-unknown',
        message: `The process "${target.id}" names the step "${each.step}", which no case has.`,
        where: each.defined_at,
        fix: didYouMean(
          each.step,
          known.map(({ label }) => label),
          `The steps here are: ${known
            .slice(0, 12)
            .map(({ label }) => label)
            .join(', ')}${known.length > 12 ? ', ...' : ''}.`,
        ),
      })
    return found === undefined ? each : { ...each, step: found }
  })
  for (const [index, { step, defined_at }] of steps.entries()) {
    const first = steps.findIndex((each) => each.step === step)
    if (first < index && byName.has(fold(target.steps[index]!.step)))
      problems.push(twice(target.steps[index]!.step, defined_at, steps[first]!.defined_at))
  }
  return { ...target, steps }
}

function twice(step: string, where: string, first: string): Problem {
  return {
    code: 'step-twice',
    message: `The step "${step}" stands twice: ${first} and ${where}.`,
    where,
    fix: 'List it once, with `again: true` if it may come more than once.',
  }
}

function unknownAfter(after: string, names: string[], step: string, where: string): Problem {
  return {
    code: 'step-unknown',
    message: `"${after}", after which "${step}" has its limit, is no other step of this process.`,
    where,
    fix: didYouMean(
      after,
      names.filter((name) => name !== step),
      'Name one of its other steps as it is written there.',
    ),
  }
}

function nothingBefore(where: string): Problem {
  return {
    code: 'limit-without-begin',
    message: 'The first step has a limit, and no step before it from which it could count.',
    where,
    fix: 'Give the limit to a later step, or name the step that it counts from: `after`.',
  }
}

function noLimit(where: string): Problem {
  return {
    code: 'limit-missing',
    message: '`after` says from where a limit counts, and there is none.',
    where,
    fix: 'Add `within: 24 h`, or leave `after` out.',
  }
}
