import { InvalidArgumentError } from 'commander'
import { formatDuration, formatNumber } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { NoFindings } from '../insights/finding.ts'
import type { Language, NextMarket, NextQueue } from '../insights/next-market.ts'
import { printData, textTable } from './output.ts'

/** `DE,FR`. */
export function markets(text: string): string[] {
  const named = text.split(',').map((each) => each.trim())
  if (!named.includes('')) return named
  throw new InvalidArgumentError('Give markets, DE,FR.')
}

/** `8-18`. */
export function openHours(text: string): { from: number; to: number } {
  const [, from, to] = /^(\d{1,2})-(\d{1,2})$/.exec(text) ?? []
  const hours = { from: Number(from), to: Number(to) }
  if (hours.from < hours.to && hours.to <= 24) return hours
  throw new InvalidArgumentError('Give the first open hour and the first closed one, 8-18.')
}

/** `de=60%,fr=40%`. */
export function languages(text: string): Language[] {
  const listed = text.split(',').map((each): Language => {
    const [, language = '', number, percent] = /^\s*([^=\s]+)=(\d+(?:\.\d+)?|\.\d+)(%?)\s*$/.exec(each) ?? []
    return { language, share: Number(number) / (percent ? 100 : 1) }
  })
  const sum = listed.reduce((all, each) => all + each.share, 0)
  if (listed.every((each) => each.language !== '' && each.share > 0) && Math.abs(sum - 1) < 0.005) return listed
  throw new InvalidArgumentError('Give languages with shares of the contacts that add up to 100 %, de=60%,fr=40%.')
}

export function printNextMarket(found: NextMarket | NoFindings, words: Words): void {
  if ('refused' in found) {
    printData(found.refused)
    return
  }
  for (const queue of found.queues) {
    printData(queue.sentence)
    printData(`\n${tableOfLike(queue, words)}\n\n${tableOfWeek(queue, words)}\n`)
  }
  for (const sentence of [...found.left, ...found.assumptions]) printData(`· ${sentence}`)
}

function tableOfLike({ like }: NextQueue, words: Words): string {
  const ids = ['market', 'months', 'customers', 'rate', 'handle']
  return textTable(
    ids.map((id) => say(words, `say.next.column.${id}`)),
    like.map((each) => [
      each.market,
      formatNumber(each.months, words),
      formatNumber(each.customers, words),
      formatNumber(each.rate, words, 1),
      formatDuration(each.handle_seconds, words),
    ]),
    ids.map((_, at) => at > 0),
  )
}

/** Agents by hour and weekday. */
function tableOfWeek({ hours }: NextQueue, words: Words): string {
  const weekdays = [1, 2, 3, 4, 5, 6, 7]
  const open = [...new Set(hours.map((each) => each.hour))].toSorted((a, b) => a - b)
  const at = (weekday: number, hour: number) => hours.find((each) => each.weekday === weekday && each.hour === hour)
  return textTable(
    [say(words, 'say.staffing.column.hour'), ...weekdays.map((each) => say(words, `values.weekday.${each}`))],
    open.map((hour) => [
      `${String(hour).padStart(2, '0')}:00`,
      ...weekdays.map((weekday) => String(at(weekday, hour)?.agents ?? '–')),
    ]),
    [false, ...weekdays.map(() => true)],
  )
}
