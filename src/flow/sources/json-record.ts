import { isUtf8 } from 'node:buffer'
import { readUnreadable } from '../../journal/unreadable.ts'
import type { RawValue } from './json-scan.ts'

/** A JSON object as columns, or why it is none. */
export type Flat = { columns: Map<string, string | null> } | Unreadable

/** Why a value is no record. */
export interface Unreadable {
  reason: string
  message: string
  /** What was sent, where something else stands in its place. */
  raw?: string
}

/**
 * Parses one object and flattens it: `{"a": {"b": 1}}` becomes column `a.b`, a list becomes its JSON text. `shapes` remembers,
 * for one file, lists of keys that were found good: records are alike, so most are not checked again.
 */
export function flattenValue(value: RawValue, shapes: Set<string>): Flat {
  const read = parseObject(value)
  if ('reason' in read) return read
  const { object, text } = read
  const columns = new Map<string, string | null>()
  const doubled = flatten(object, '', columns)
  if (columns.size === 0) return { reason: 'empty-object', message: 'It has no keys.' }
  const fault = doubled ?? doubledCase(columns, shapes)
  if (fault !== undefined)
    return {
      reason: 'duplicate-key',
      message: `It has the key "${fault}" twice, in different letter case or as a path.`,
    }
  if (text.includes('\\u0000'))
    for (const [name, cell] of columns)
      if (cell?.includes('\0') || name.includes('\0'))
        return { reason: 'nul-byte', message: 'It holds a NUL character.' }
  return { columns }
}

/**
 * One object as it was written, or why it is none. Numbers keep the digits that they were written with where a double would lose
 * some (ids over 2^53, `1E5`, `1.10`).
 */
export function parseObject(value: RawValue): { object: Record<string, unknown>; text: string } | Unreadable {
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
  const unreadable = readUnreadable(parsed as Record<string, unknown>)
  if (unreadable) return unreadable
  if (countKeys(parsed) !== value.keys) return { reason: 'duplicate-key', message: 'It has the same key twice.' }
  return { object: parsed as Record<string, unknown>, text }
}

/** What a reject keeps of a value. */
export function rawOf({ bytes }: RawValue, raw?: string): string {
  return (raw ?? bytes.subarray(0, 8000).toString('utf8')).slice(0, 2000)
}

/** Fills `columns`; answers a path that came twice (`{"a.b": 1, "a": {"b": 2}}`). */
function flatten(
  object: Record<string, unknown>,
  prefix: string,
  columns: Map<string, string | null>,
): string | undefined {
  let doubled: string | undefined
  for (const key of Object.keys(object)) {
    const value = object[key]
    const name = prefix + key
    if (value !== null && typeof value === 'object' && !Array.isArray(value)) {
      doubled = flatten(value as Record<string, unknown>, `${name}.`, columns) ?? doubled
      continue
    }
    if (columns.has(name)) doubled = name
    columns.set(name, value === null ? null : typeof value === 'object' ? JSON.stringify(value) : String(value))
  }
  return doubled
}

const MOST_SHAPES = 1000

/** The engine tells names apart without case, so `a` and `A` in one record are one key twice. */
function doubledCase(columns: Map<string, string | null>, shapes: Set<string>): string | undefined {
  const names = [...columns.keys()]
  const shape = names.join('\0')
  if (shapes.has(shape)) return undefined
  const lower = new Set<string>()
  for (const name of names) {
    if (lower.has(name.toLowerCase())) return name
    lower.add(name.toLowerCase())
  }
  if (shapes.size < MOST_SHAPES) shapes.add(shape)
  return undefined
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
