import { depthOf } from '../surfaces/server/body.ts'
import { membersOf } from '../surfaces/server/intake/json-parts.ts'

/** One line of a program that reads other systems (an Airbyte source, a Singer tap). */
export type Message =
  | { kind: 'record'; stream: string; text: string }
  /** How far it has come: `text` is what the program wants back when it starts again. */
  | { kind: 'state'; text: string }
  /** A schema, a log line: nothing to keep. */
  | { kind: 'other' }

/** Levels that a message stands around its record. */
const around = 2
const deepest = 64 + around
const others = new Set([
  'SCHEMA',
  'LOG',
  'TRACE',
  'SPEC',
  'CATALOG',
  'CONNECTION_STATUS',
  'CONTROL',
  'ACTIVATE_VERSION',
])

/** Reads a line as a message; null where it is none. Records keep the digits that they were written with. */
export function readMessage(line: string): Message | null {
  if (!line.trimStart().startsWith('{') || depthOf(line) > deepest) return null
  const message = parsed(line)
  if (!message) return null
  const { type, record, stream } = message
  if (type === 'STATE') return stateOf(message, line)
  if (type !== 'RECORD') return others.has(String(type)) ? { kind: 'other' } : null
  if (!isObject(record)) return null
  // Airbyte names the stream within the record, Singer beside it.
  if (typeof record.stream === 'string' && isObject(record.data) && stream === undefined)
    return { kind: 'record', stream: record.stream, text: membersOf(membersOf(line).get('record')!).get('data')! }
  return typeof stream === 'string' ? { kind: 'record', stream, text: membersOf(line).get('record')! } : null
}

/** A tap is started again with the value alone, an Airbyte source with the whole message. */
function stateOf(message: Record<string, unknown>, line: string): Message | null {
  if ('value' in message)
    return {
      kind: 'state',
      text: membersOf(line)
        .get('value')!
        .replace(/[\r\n]+/g, ' '),
    }
  return 'state' in message ? { kind: 'state', text: line.trim() } : null
}

function parsed(line: string): Record<string, unknown> | null {
  try {
    const value: unknown = JSON.parse(line)
    return isObject(value) ? value : null
  } catch {
    return null
  }
}

const isObject = (value: unknown): value is Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
