import type { ChatLine } from './chat-line.ts'

/** Which of day, month and year stands first, second and third. */
export type DateOrder = 'd/m/y' | 'm/d/y' | 'y/m/d'

/** The order of a file's dates and how it is known; null where nothing decides. */
export interface Decision {
  order: DateOrder | null
  how: 'stated' | 'values' | 'sequence' | 'guessed' | 'undecided'
}

/** The app exists since 2009: a year before it was no year. */
const FIRST_YEAR = 2009

/** The dates of a whole file, one of each run of equal ones, and what they allow. */
export class ChatDates {
  private readonly days: Pick<ChatLine, 'date' | 'separator'>[] = []
  private twelveHours = false
  private last = ''

  add(line: ChatLine): void {
    if (line.half) this.twelveHours = true
    const key = line.date.join('/')
    if (key === this.last) return
    this.last = key
    this.days.push({ date: line.date, separator: line.separator })
  }

  /** Values over 12 decide, else the one order in which the days follow each other; else whoever is asked. */
  decide(stated: DateOrder | undefined, guess: boolean): Decision {
    if (stated) return { order: stated, how: 'stated' }
    const possible = this.candidates().filter((order) => this.days.every(({ date }) => dayOf(date, order) !== null))
    const [first] = possible
    if (!first) return { order: this.mostly(), how: 'values' }
    if (possible.length === 1 || this.agree(possible)) return { order: first, how: 'values' }
    const following = possible.filter((order) => this.follows(order))
    if (following.length === 1) return { order: following[0]!, how: 'sequence' }
    if (!guess) return { order: null, how: 'undecided' }
    const likely = this.twelveHours ? 'm/d/y' : 'd/m/y'
    return { order: possible.includes(likely) ? likely : first, how: 'guessed' }
  }

  private candidates(): DateOrder[] {
    if (this.days.some(({ date }) => date[0].length > 2)) return ['y/m/d']
    const last: DateOrder[] = ['d/m/y', 'm/d/y']
    if (this.days.some(({ date }) => date[2].length > 2)) return last
    // Two digits for a year in front are only written with dashes, or show themselves by fitting nothing else.
    const dashes = this.days.some(({ separator }) => separator === '-')
    const fits = last.some((order) => this.days.every(({ date }) => dayOf(date, order) !== null))
    return dashes ? [...last, 'y/m/d'] : fits ? last : ['y/m/d']
  }

  /** Some date is none in any order: the order that reads most of them. */
  private mostly(): DateOrder | null {
    const orders: DateOrder[] = ['d/m/y', 'm/d/y', 'y/m/d']
    const counts = orders.map((order) => this.days.filter(({ date }) => dayOf(date, order) !== null).length)
    const most = Math.max(...counts)
    const best = orders.filter((_, at) => counts[at] === most)
    return most > 0 && best.length === 1 ? best[0]! : null
  }

  private agree(orders: DateOrder[]): boolean {
    return this.days.every(({ date }) => new Set(orders.map((order) => dayOf(date, order))).size === 1)
  }

  private follows(order: DateOrder): boolean {
    const days = this.days.map(({ date }) => dayOf(date, order) ?? '')
    return days.every((day, at) => at === 0 || days[at - 1]! <= day)
  }
}

/** `2026-01-31`, or null where that is no day. */
function dayOf(date: ChatLine['date'], order: DateOrder): string | null {
  const parts = order.split('/')
  const part = (name: string): string => date[parts.indexOf(name)] ?? ''
  const [written, month, day] = [part('y'), Number(part('m')), Number(part('d'))]
  if (part('m').length > 2 || part('d').length > 2 || (written.length !== 2 && written.length !== 4)) return null
  const year = Number(written) + (written.length === 2 ? 2000 : 0)
  if (year < FIRST_YEAR || month < 1 || month > 12 || day < 1) return null
  if (day > new Date(Date.UTC(year, month, 0)).getUTCDate()) return null
  return `${year}-${String(month).padStart(2, '0')}-${String(day).padStart(2, '0')}`
}

/** The moment of a message, naive; null where it is none. */
export function momentOf({ date, hour, minute, second, half }: ChatLine, order: DateOrder): string | null {
  const day = dayOf(date, order)
  const hours = half === null ? hour : (hour % 12) + (half === 'p' ? 12 : 0)
  if (!day || hours > 23 || minute > 59 || (second ?? 0) > 59 || (half !== null && hour > 12)) return null
  return `${day} ${[hours, minute, second ?? 0].map((each) => String(each).padStart(2, '0')).join(':')}`
}
