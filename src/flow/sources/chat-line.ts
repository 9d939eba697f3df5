/** The beginning of a message in a chat that a phone exported: its moment as it was written, who wrote it, and what. */
export interface ChatLine {
  /** Day, month and year in the order in which they stand. */
  date: [string, string, string]
  separator: string
  hour: number
  minute: number
  second: number | null
  /** Twelve hours with a word for the half of the day. */
  half: 'a' | 'p' | null
  written: string
  /** Nobody wrote a notice of the app. */
  sender: string | null
  text: string
  /** The app put it there, not the keyboard: an attachment, a notice. */
  marked: boolean
}

const MARKS = /[\u200e\u200f\u202a-\u202e\u2066-\u2069\ufeff]/g
const SPACES = /[\u00a0\u2007\u2009\u202f]/g
const DATE = String.raw`(\d{1,4})([/.\-]) ?(\d{1,2})[/.\-] ?(\d{1,4})\.?`
const TIME = String.raw`(\d{1,2})[:.](\d{2})(?:[:.](\d{2}))?(?: ?([ap])\.? ?m\.?)?`
const MOMENT = new RegExp(String.raw`^(?:\[${DATE},? ${TIME}\]|${DATE},? ${TIME} [-–])(?: |$)`, 'i')
const SENDER = /^([^:]{1,80}):(?: |$)/
/** A notice may hold a colon in a name that it quotes; nobody is called so. */
const QUOTES = /["“”«»„]/

/** Reads the first line of a message; null where a line continues the message before. */
export function readChatLine(line: string): ChatLine | null {
  if (!/^[^0-9]{0,6}\d/.test(line)) return null
  const bare = line.replace(MARKS, '')
  // Of the same length, so that what was found in one can be cut out of the other.
  const found = MOMENT.exec(bare.replace(SPACES, ' '))
  if (!found) return null
  const from = found[1] === undefined ? 9 : 1
  const [first = '', separator = '', second = '', third = '', hour, minute, seconds, half] = found.slice(from, from + 8)
  const rest = bare.slice(found[0].length)
  const named = SENDER.exec(rest.replace(SPACES, ' '))
  const sender = named && !QUOTES.test(named[1]!) ? named[1]!.trim() : ''
  return {
    date: [first, second, third],
    separator,
    hour: Number(hour),
    minute: Number(minute),
    second: seconds === undefined ? null : Number(seconds),
    half: half === undefined ? null : half.toLowerCase() === 'a' ? 'a' : 'p',
    written: found[0].trim(),
    sender: sender || null,
    text: sender ? rest.slice(named![0].length) : rest,
    marked: /[:\]-] ?\u200e/.test(line.replace(/^[\u200e\u200f\ufeff]+/, '').slice(0, 200)),
  }
}

/** Is a text a chat that a phone exported? Its first line begins with a moment in brackets or before a dash, and then somebody writes. */
export function beginsChat(head: Buffer): boolean {
  const start =
    head
      .subarray(0, 1024)
      .toString('utf8')
      .trimStart()
      .split(/\r\n|\r|\n/, 1)[0] ?? ''
  if (!/^[\u200e\u200f\ufeff]*\[?\d/.test(start) || readChatLine(start) === null) return false
  const lines = head.toString('utf8').split(/\r\n|\r|\n/)
  return lines.some((line) => readChatLine(line)?.sender)
}
