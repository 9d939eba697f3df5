import { formatDate, formatNumber } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { findForecast } from '../insights/forecast.ts'
import { type NoStaffing, nameOfQueue, type Staffing } from '../insights/staffing.ts'
import { type NoStaffingAhead, type StaffingAhead, staffAhead, weeksQuery } from '../insights/staffing-ahead.ts'
import type { MetricContext } from '../metrics/context.ts'
import { runQuery } from '../metrics/run.ts'
import type { Estimate } from '../stats/difference.ts'
import { coloured, printData, textTable } from './output.ts'

/** Agents of the next weeks for each queue that has a plan. */
export async function readAhead(
  queues: (Staffing | NoStaffing)[],
  weeks: number,
  market: string | undefined,
  context: MetricContext,
): Promise<(StaffingAhead | NoStaffingAhead)[]> {
  const { words } = context
  const found: (StaffingAhead | NoStaffingAhead)[] = []
  for (const plan of queues) {
    if ('refused' in plan) continue
    const frame = await runQuery(
      weeksQuery({ ...plan, market: plan.market ?? market ?? null }, context.version.present),
      context,
    )
    found.push(staffAhead(plan, findForecast({ frame, metric: 'touchpoints', horizon: weeks, words }), { words }))
  }
  return found
}

export function printAhead(found: StaffingAhead | NoStaffingAhead, words: Words): void {
  printData(
    coloured('bold', say(words, 'say.staffing.ahead.title', { name: nameOfQueue(found, words) }), process.stdout),
  )
  if ('refused' in found) {
    printData(`${found.refused}\n\n`)
    return
  }
  const text = ({ value, low, high }: Estimate) =>
    `${formatNumber(value, words)} (${formatNumber(low, words)} … ${formatNumber(high, words)})`
  const ids = ['week', 'contacts', 'peak', 'agent_hours', 'rostered_hours']
  const rows = found.weeks.map((week) => [
    formatDate(week.start, words),
    text(week.contacts),
    text(week.peak),
    text(week.agent_hours),
    text(week.rostered_hours),
  ])
  const head = ids.map((id) => say(words, `say.staffing.column.${id}`))
  printData(`${found.sentence}\n· ${found.forecast}\n`)
  printData(`${textTable(head, rows, [false, true, true, true, true])}\n\n`)
}
