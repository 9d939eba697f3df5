import { RapportError } from '../errors.ts'
import type { MetricContext } from '../metrics/context.ts'
import { didYouMean } from '../metrics/nearest.ts'
import { type Sql, sql } from '../sql/sql.ts'
import { stepsWithin, type Tables } from '../store/steps.ts'
import { type ConformanceStep, conformanceSteps } from './conformance-steps.ts'
import { apartFrom, returnedLives } from './process-events.ts'
import { type EndStep, endSteps, type ProcessStep, processSteps } from './process-steps.ts'
import { casesOf, hasEvents, type ProcessScope } from './read-process.ts'
import { settledProcess } from './settled-process.ts'
import type { TargetProcess } from './target-process.ts'

/** Ids of the cases of one part of their process, as SQL: what stands behind a figure of the map. */
export async function caseIdsOf(
  part: string[],
  scope: ProcessScope,
  processes: Map<string, TargetProcess>,
  context: MetricContext,
): Promise<Sql> {
  if (!hasEvents(context)) throw refused('There are no events here, so no case has a known way.')
  const chosen = await casesOf(scope, context)
  const [kind, ...rest] = part
  if (kind === 'followed' || kind === 'deviation') {
    const target = await settled(textAt(rest, 0), processes, context)
    const { head, tables: of } = stepsWithin(conformanceSteps(target, chosen, context))
    const lives = kind === 'followed' ? followedLives(of) : deviatingLives(rest, of)
    return sql`${head}SELECT id FROM ${of.chosen} WHERE life IN (${lives})`
  }
  const { head, tables: of } = stepsWithin({ ...processSteps(chosen, context), ...endSteps() })
  return sql`${head}SELECT id FROM ${of.chosen} WHERE life IN (${livesOf(kind ?? '', rest, of)})`
}

/** Most parts are a matter of the sequence alone. */
function livesOf(kind: string, rest: string[], of: Tables<ProcessStep | EndStep>): Sql {
  const number = (at: number): Sql => sql`(SELECT number FROM ${of.words} WHERE step = ${textAt(rest, at)})`
  const having = (variants: Sql): Sql =>
    sql`SELECT l.life FROM ${of.lives} AS l JOIN ${of.variants} AS v ON v.path = l.path WHERE v.variant IN (${variants})`
  switch (kind) {
    case 'step':
      return having(sql`SELECT variant FROM ${of.places} WHERE step = ${number(0)}`)
    case 'again':
      return having(
        sql`SELECT variant FROM ${of.places} WHERE step = ${number(0)} GROUP BY variant HAVING count(*) > 1`,
      )
    case 'edge':
      return having(sql`SELECT variant FROM ${of.places} WHERE step = ${number(0)} AND next = ${number(1)}`)
    case 'path':
      return having(sql`SELECT p.variant FROM ${of.places} AS p JOIN ${of.words} AS w ON w.number = p.step
GROUP BY p.variant HAVING CAST(to_json(list(w.step ORDER BY p.place)) AS VARCHAR) = ${JSON.stringify(rest)}`)
    case 'returned':
      return returnedLives(of.told)
    case 'reopened':
      return having(sql`SELECT variant FROM ${of.reopens}`)
    case 'reworked':
      return having(sql`SELECT variant FROM ${apartFrom(of)}`)
    default:
      throw refused(`"${kind.slice(0, 40)}" is no part of a process.`)
  }
}

const followedLives = (of: Tables<ConformanceStep>): Sql =>
  sql`SELECT life FROM ${of.judged} WHERE finished AND NOT parted`

/** Of a mark: its kind, its step and the step before which that should have come, empty where it has none. */
function deviatingLives([, kind = '', step = '', other = '']: string[], of: Tables<ConformanceStep>): Sql {
  return sql`SELECT life FROM ${of.judged} WHERE finished AND (
  variant IN (SELECT variant FROM ${of.marks} WHERE kind = ${kind} AND coalesce(step, '') = ${step} AND coalesce(other, '') = ${other})
  OR life IN (SELECT life FROM ${of.times} WHERE kind = ${kind} AND coalesce(step, '') = ${step} AND ${other} = '')
)`
}

function textAt(rest: string[], at: number): string {
  const text = rest[at]
  if (text === undefined) throw refused('The part of the process is not whole: a step or a process is missing.')
  return text
}

async function settled(
  id: string,
  processes: Map<string, TargetProcess>,
  context: MetricContext,
): Promise<TargetProcess> {
  const target = processes.get(id)
  if (!target) throw refused(`There is no process "${id.slice(0, 60)}".`, didYouMean(id, processes.keys(), wayBack))
  return settledProcess(target, context)
}

const wayBack = 'Go to the page Process and choose a figure there.'

function refused(message: string, fix = wayBack): RapportError {
  return new RapportError({ code: 'process-unread', message, where: 'process', fix }, 2)
}
