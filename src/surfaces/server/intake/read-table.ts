import type { SentRecord } from './records.ts'

/** A table with a header (comma, semicolon or tab between its fields) as one JSON object of texts a row. Empty fields are left out. */
export function readTable(text: string): SentRecord[] {
  const [header, ...rows] = rowsOf(text)
  if (!header) return []
  const names = header.cells.map((name) => name.trim())
  return rows.map(({ cells, line, raw, broken }) => {
    if (broken)
      return { line, text: raw, fault: { code: 'unterminated-quote', message: 'Its last quote is not closed.' } }
    if (cells.length !== names.length) {
      const message = `It has ${cells.length} fields; the header has ${names.length}.`
      return { line, text: raw, fault: { code: 'wrong-number-of-fields', message } }
    }
    const filled = names.flatMap((name, at) => (cells[at]!.trim() === '' ? [] : [[name, cells[at]!] as const]))
    return { line, text: JSON.stringify(Object.fromEntries(filled)) }
  })
}

interface Row {
  cells: string[]
  line: number
  raw: string
  broken: boolean
}

function rowsOf(text: string): Row[] {
  const head = text.slice(0, (text.indexOf('\n') + 1 || text.length + 1) - 1)
  const between = [',', ';', '\t'].toSorted((a, b) => head.split(b).length - head.split(a).length)[0]!
  const rows: Row[] = []
  let line = 1
  for (let at = 0; at < text.length; ) {
    const row = readRow(text, at, between)
    const raw = text.slice(at, row.end).replace(/\r?\n$/, '')
    if (raw.trim() !== '') rows.push({ cells: row.cells, line, raw, broken: row.broken })
    line += text.slice(at, row.end).split('\n').length - 1
    at = row.end
  }
  return rows
}

/** One row from `at` on: quotes hold what stands between them, two of them are one. */
function readRow(text: string, at: number, between: string): { cells: string[]; end: number; broken: boolean } {
  const cells: string[] = []
  for (;;) {
    const quoted = text[at] === '"'
    let cell = ''
    if (quoted) {
      for (at++; at < text.length; at++) {
        if (text[at] !== '"') cell += text[at]
        else if (text[at + 1] === '"') cell += text[++at]
        else break
      }
      if (at >= text.length) return { cells, end: text.length, broken: true }
      at++
    }
    const begun = at
    while (at < text.length && text[at] !== between && text[at] !== '\n') at++
    cells.push(cell + text.slice(begun, at).replace(/\r$/, ''))
    if (text[at] === between) at++
    else return { cells, end: at + 1, broken: false }
  }
}
