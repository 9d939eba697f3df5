import { isUtf8 } from 'node:buffer'
import type { RawValue } from './json-scan.ts'

/** A JSON object as columns, or why it is none. */
export type Flat = { columns: Map<string, string | null> } | { reason: string; message: string }

/**
 * Parses one object and flattens it: `{"a": {"b": 1}}` becomes column `a.b`, a list becomes its JSON text. Numbers keep
 * the digits that they were written with where a double would lose some (ids over 2^53, `1E5`, `1.10`).
 */
export function flattenValue(value: RawValue): Flat {
  if (value.broken === 'too-deep') return { reason: 'too-deep', message: 'It is nested deeper than 64 levels.' }
  if (value.broken === 'line-too-long') return { reason: 'line-too-long', message: 'It is longer than 16 MB.' }
  if (value.broken) return { reason: 'not-json', message: 'The file ends in the middle of it.' }
  if (!isUtf8(value.bytes)) return { reason: 'not-utf8', message: 'It is not UTF-8, as JSON must be.' }
  const text = value.bytes.toString('utf8')
  let parsed: unknown
  try {
    parsed = JSON.parse(text)
    // A number that a double cannot hold as written, at the price of a second parse: rare.
    if (/\d{16}|\d[.]\d*0[^\d]|\d[.]\d{15}|\d[eE][-+\d]/.test(text)) parsed = JSON.parse(quoteNumbers(text))
  } catch (error) {
    return { reason: 'not-json', message: `It is not JSON: ${(error as Error).message.split('\n')[0]}.` }
  }
  if (parsed === null || typeof parsed !== 'object' || Array.isArray(parsed))
    return { reason: 'not-an-object', message: 'It is not an object.' }
  if (countKeys(parsed) !== value.keys) return { reason: 'duplicate-key', message: 'It has the same key twice.' }
  const cells = [...flatten(parsed as Record<string, unknown>, '')]
  return checked(cells)
}

function checked(cells: [string, string | null][]): Flat {
  const lower = new Set<string>()
  for (const [name, cell] of cells) {
    if (lower.has(name.toLowerCase()))
      return {
        reason: 'duplicate-key',
        message: `It has the key "${name}" twice, in different letter case or as a path.`,
      }
    lower.add(name.toLowerCase())
    if (cell?.includes('\0') || name.includes('\0'))
      return { reason: 'nul-byte', message: `Its "${name.replaceAll('\0', '')}" holds a NUL.` }
  }
  return { columns: new Map(cells) }
}

function* flatten(object: Record<string, unknown>, prefix: string): Generator<[string, string | null]> {
  for (const [key, value] of Object.entries(object)) {
    const name = `${prefix}${key}`
    if (value === null) yield [name, null]
    else if (Array.isArray(value)) yield [name, JSON.stringify(value)]
    else if (typeof value !== 'object') yield [name, String(value)]
    else yield* flatten(value as Record<string, unknown>, `${name}.`)
  }
}

function countKeys(value: unknown): number {
  if (value === null || typeof value !== 'object') return 0
  const own = Array.isArray(value) ? value : Object.values(value)
  let count = Array.isArray(value) ? 0 : own.length
  for (const inner of own) count += countKeys(inner)
  return count
}

/** Every number outside strings as a string, so that its digits survive the parse. Lists keep it quoted: digits over form. */
function quoteNumbers(text: string): string {
  return text.replace(/"(?:[^"\\]|\\.)*"|-?\d+(?:\.\d+)?(?:[eE][-+]?\d+)?/g, (token) =>
    token.startsWith('"') ? token : `"${token}"`,
  )
}
