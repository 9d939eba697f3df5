import { RapportError } from '../errors.ts'
import type { MetricContext } from '../metrics/context.ts'
import { didYouMean } from '../metrics/nearest.ts'
import { raw, type Sql, sql } from '../sql/sql.ts'
import { marksSql } from './conformance-evidence.ts'
import { closingPart, reopenedCases, returnedCases, reworkedCases, toldSql } from './process-events.ts'
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
  const told = toldSql(chosen, context)
  switch (kind) {
    case 'step':
      return sql`${told} SELECT "case" FROM told WHERE step = ${textAt(rest, 0)}`
    case 'again':
      return sql`${told} SELECT "case" FROM told WHERE step = ${textAt(rest, 0)} AND nth = 2`
    case 'edge':
      return sql`${told} SELECT "case" FROM told WHERE step = ${textAt(rest, 0)} AND next = ${textAt(rest, 1)}`
    case 'path':
      return sql`${told} SELECT "case" FROM told GROUP BY "case" HAVING CAST(to_json(list(step ORDER BY place)) AS VARCHAR) = ${JSON.stringify(rest)}`
    case 'returned':
      return sql`${told} ${raw(returnedCases)}`
    case 'reopened':
      return sql`${told}${raw(closingPart)} ${raw(reopenedCases)}`
    case 'reworked':
      return sql`${told}${raw(closingPart)} ${raw(reworkedCases)}`
    case 'followed':
      return sql`${marksSql(await settled(textAt(rest, 0), processes, context), chosen, context)} SELECT "case" FROM judged WHERE finished AND NOT parted`
    case 'deviation': {
      const [id, mark, step = '', other = ''] = rest
      const marks = marksSql(await settled(id ?? '', processes, context), chosen, context)
      return sql`${marks} SELECT m."case" FROM marks m JOIN judged j ON j."case" = m."case" WHERE j.finished
        AND m.kind = ${mark ?? ''} AND coalesce(m.step, '') = ${step} AND coalesce(m.other, '') = ${other}`
    }
    default:
      throw refused(`"${(kind ?? '').slice(0, 40)}" is no part of a process.`)
  }
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
