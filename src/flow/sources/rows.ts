/** One record of a text, split. */
export interface Row {
  cells: string[]
  /** Physical line on which it begins, 1-based. */
  line: number
  /** It has a quoted field. */
  quoted: boolean
  /** Its quotes do not fit: text after a closing quote, or no closing quote at all. */
  broken: boolean
}

export interface Style {
  delimiter: string
  quote: string
  backslash: boolean
}

/** Splits a text that fits in memory (a head, a tail) into at most `limit` records. */
export function splitRows(text: string, style: Style, limit: number): Row[] {
  const rows: Row[] = []
  let at = 0
  let line = 1
  while (at < text.length && rows.length < limit) {
    const row: Row = { cells: [], line, quoted: false, broken: false }
    const end = splitRecord(text, at, style, row)
    line += text.slice(at, end).match(/\r\n|\n|\r/g)?.length ?? 0
    rows.push(row)
    at = end
  }
  return rows
}

/** Splits the record that begins at `start` into `row`; answers where the next one begins. */
function splitRecord(text: string, start: number, style: Style, row: Row): number {
  let at = start
  for (;;) {
    const field = splitField(text, at, style, row)
    row.cells.push(field.value)
    at = field.end
    if (text[at] === style.delimiter) at++
    else if (text[at] === '\r' && text[at + 1] === '\n') return at + 2
    else return at + 1
  }
}

function splitField(text: string, start: number, style: Style, row: Row): { value: string; end: number } {
  let at = start
  while (text[at] === ' ' && style.delimiter !== ' ') at++
  if (text[at] === style.quote) {
    row.quoted = true
    const quoted = splitQuoted(text, at + 1, style)
    let end = quoted.end
    while (text[end] === ' ') end++
    const ends = end >= text.length || text[end] === style.delimiter || text[end] === '\n' || text[end] === '\r'
    if (ends && quoted.closed) return { value: quoted.value, end }
    // A quote that does not fit costs its own line, never the lines that it would swallow.
    row.broken = true
  }
  let end = start
  while (end < text.length && text[end] !== style.delimiter && text[end] !== '\n' && text[end] !== '\r') end++
  return { value: text.slice(start, end), end }
}

/** The quoted value whose text begins at `start`, behind the quote: up to its closing quote or to the end of the text. */
export function splitQuoted(
  text: string,
  start: number,
  style: Style,
): { value: string; end: number; closed: boolean } {
  let value = ''
  let from = start
  for (let at = start; at < text.length; at++) {
    const c = text[at]
    if (style.backslash && c === '\\' && at + 1 < text.length) {
      value += text.slice(from, at)
      from = at + 1
      at++
    } else if (c === style.quote) {
      value += text.slice(from, at)
      if (text[at + 1] !== style.quote) return { value, end: at + 1, closed: true }
      from = at + 1
      at++
    }
  }
  return { value: value + text.slice(from), end: text.length, closed: false }
}
