import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { type Problem, RapportError } from '../../errors.ts'
import type { Batch } from './batch.ts'
import type { Content } from './content.ts'
import { EventRows, type LogEvent } from './event-rows.ts'
import { readValues } from './json.ts'
import { parseObject } from './json-record.ts'
import type { RawValue } from './json-scan.ts'

/** Does a JSON file hold an object-centric event log (OCEL 2.0)? Its lists have names that no other form has. */
export function isOcel(head: Buffer): boolean {
  const text = head.toString('latin1')
  return (
    /^\W*\{\s*"(objectTypes|eventTypes|objects|events)"\s*:\s*\[/.test(text) &&
    /"(objectTypes|eventTypes)"\s*:\s*\[|"relationships"\s*:\s*\[\s*\{\s*"(objectId|qualifier)"/.test(text)
  )
}

interface OcelObject {
  type: string
  /** What it says of itself at first, by name. */
  attributes: [string, string][]
}

/** Characters of all objects that are kept at a time: an event names any of them. */
const MOST_HELD = 256 << 20

/** Words for the object that a support desk calls a case; for who does the work; for where. */
const caseWord = /^(support[ _-]?)?(case|ticket|incident|conversation|request|issue)s?$/i
const actorWord = /^(agent|resource|employee|user|worker|operator)s?$/i
const teamWord = /^(team|group|queue|department)s?$/i

/**
 * Reads an object-centric event log into a derived CSV of one row an event and case. A log knows many objects and no case: the one
 * named like a case is taken, else the one of which most events have exactly one; a note says which.
 */
export async function readOcel(content: Content): Promise<Batch> {
  const { size } = await stat(content.file)
  const objects = await readObjects(content)
  const rows = new EventRows(content, size)
  const counts = new Map<string, number>()
  for await (const value of listOf(content, 'events')) {
    const read = parseObject(value)
    if (!('reason' in read)) countTypes(read.object, objects, counts)
  }
  const type = caseType(counts, objects)
  if (!type) throw noCases(content.path)
  for await (const value of listOf(content, 'events')) {
    const read = parseObject(value)
    if ('reason' in read) continue
    for (const event of eventsOf(read.object, value, { type, objects })) rows.learn(event)
  }
  const skipped = await writeRows(content, rows, { type, objects })
  const batch = rows.batch(skipped)
  return { ...batch, notes: [...batch.notes, ...notesOf(content.path, { type, counts, skipped })] }
}

interface Chosen {
  type: string
  objects: Map<string, OcelObject>
}

/** Answers how many events have no case. */
async function writeRows(content: Content, rows: EventRows, chosen: Chosen): Promise<number> {
  const seen = new Set<string>()
  let skipped = 0
  await rows.begin(join(content.derived, `${content.hash}.ocel.csv`))
  try {
    for await (const value of listOf(content, 'events')) {
      const read = parseObject(value)
      const fault = 'reason' in read ? read : faultOf(read.object, seen, chosen.objects)
      const events = 'reason' in read || fault ? [] : eventsOf(read.object, value, chosen)
      if (fault) {
        rows.records++
        rows.reject(value.line, fault, value.bytes.subarray(0, 8000).toString('utf8'))
      } else if (events.length === 0) skipped++
      for (const event of events) rows.write(event)
      await rows.out!.flush()
    }
    await rows.out!.finish()
  } catch (error) {
    await rows.out!.abandon()
    throw error
  }
  return skipped
}

async function* listOf(content: Content, list: string): AsyncGenerator<RawValue> {
  for await (const values of readValues(content, false))
    for (const value of values) if (value !== 'blank' && value.list === list) yield value
}

async function readObjects(content: Content): Promise<Map<string, OcelObject>> {
  const objects = new Map<string, OcelObject>()
  let held = 0
  for await (const value of listOf(content, 'objects')) {
    const read = parseObject(value)
    // An object that does not read is missing for the events that name it, and they say so.
    if ('reason' in read || typeof read.object.id !== 'string') continue
    const { id, type } = read.object
    const attributes = attributesOf(read.object.attributes)
    held += id.length + attributes.reduce((sum, [name, text]) => sum + name.length + text.length, 0)
    if (held > MOST_HELD)
      throw new RapportError({
        code: 'too-many-objects',
        message: `The objects of ${content.path} hold more than 256 million characters, which all had to be held at a time.`,
        where: content.path,
        fix: 'Export the log for one kind of object, as XES or CSV.',
      })
    objects.set(id, { type: String(type ?? ''), attributes })
  }
  return objects
}

/** The first value of each name is the one at the beginning: later ones are changes. */
function attributesOf(list: unknown): [string, string][] {
  const first = new Map<string, { text: string; time: string }>()
  for (const each of records(list)) {
    if (typeof each.name !== 'string' || each.value === null || each.value === undefined) continue
    const time = String(each.time ?? '')
    const known = first.get(each.name)
    if (!known || time < known.time) first.set(each.name, { text: textOf(each.value), time })
  }
  return [...first].map(([name, { text }]) => [name, text])
}

const textOf = (value: unknown): string => (typeof value === 'object' ? JSON.stringify(value) : String(value))

function records(list: unknown): Record<string, unknown>[] {
  return Array.isArray(list)
    ? list.filter((each): each is Record<string, unknown> => each !== null && typeof each === 'object')
    : []
}

/** Ids of the objects that an event names, by their type; those that the file does not hold are under ''. */
function relatedOf(event: Record<string, unknown>, objects: Map<string, OcelObject>): Map<string, string[]> {
  const byType = new Map<string, string[]>()
  for (const { objectId } of records(event.relationships)) {
    const id = String(objectId)
    const type = objects.get(id)?.type ?? ''
    const known = byType.get(type) ?? []
    if (!known.includes(id)) byType.set(type, [...known, id])
  }
  return byType
}

function countTypes(
  event: Record<string, unknown>,
  objects: Map<string, OcelObject>,
  counts: Map<string, number>,
): void {
  for (const [type, ids] of relatedOf(event, objects))
    if (type !== '' && ids.length === 1) counts.set(type, (counts.get(type) ?? 0) + 1)
}

/** Of types that come alike often, the one with most objects: it cuts the log finest. */
function caseType(counts: Map<string, number>, objects: Map<string, OcelObject>): string | null {
  const named = [...counts.keys()].find((type) => caseWord.test(type))
  if (named) return named
  const sizes = new Map<string, number>()
  for (const { type } of objects.values()) sizes.set(type, (sizes.get(type) ?? 0) + 1)
  const doers = (type: string): number => (actorWord.test(type) || teamWord.test(type) ? 1 : 0)
  const ranked = [...counts].toSorted(
    ([a, n], [b, m]) => doers(a) - doers(b) || m - n || sizes.get(b)! - sizes.get(a)! || (a < b ? -1 : 1),
  )
  return ranked[0]?.[0] ?? null
}

function faultOf(
  event: Record<string, unknown>,
  seen: Set<string>,
  objects: Map<string, OcelObject>,
): LogEvent['broken'] {
  const id = typeof event.id === 'string' ? event.id : null
  if (id !== null && seen.has(id))
    return { reason: 'duplicate-id', message: `The id "${id.slice(0, 60)}" came before.` }
  if (id !== null) seen.add(id)
  const strangers = relatedOf(event, objects).get('')
  if (strangers)
    return {
      reason: 'object-missing',
      message: `It names the object "${strangers[0]!.slice(0, 60)}", which the file does not hold.`,
    }
  return undefined
}

/** An event of two cases is one of each. */
function eventsOf(event: Record<string, unknown>, { line }: RawValue, { type, objects }: Chosen): LogEvent[] {
  const related = relatedOf(event, objects)
  const values = new Map<string, string>()
  const put = (key: string, value: unknown): void => {
    if (value !== null && value !== undefined && value !== '' && !values.has(key)) values.set(key, textOf(value))
  }
  put('concept:name', event.type)
  put('time:timestamp', event.time)
  // Who did it as the event itself names them goes before the id of the object.
  for (const { name, value } of records(event.attributes)) if (typeof name === 'string') put(name, value)
  for (const [other, ids] of related)
    if (actorWord.test(other) && ids.length === 1) put('org:resource', ids[0])
    else if (teamWord.test(other) && ids.length === 1) put('org:group', ids[0])
  for (const [other, ids] of related) if (other !== type && other !== '') put(`object:${other}`, ids.join(', '))
  return (related.get(type) ?? []).map((id) => ({
    line,
    values,
    ofCase: new Map([
      ...objects.get(id)!.attributes.map(([name, text]) => [`case:${name}`, text] as const),
      ['case:concept:name', id] as const,
    ]),
  }))
}

function notesOf(
  path: string,
  { type, counts, skipped }: { type: string; counts: Map<string, number>; skipped: number },
): Problem[] {
  const others = [...counts.keys()].filter((each) => each !== type)
  const left =
    others.length > 0
      ? ` Objects of other types (${others.slice(0, 10).join(', ')}) are kept as attributes of events.`
      : ''
  const notes: Problem[] = [
    { code: 'case-chosen', message: `A case of ${path} is an object of the type "${type}".${left}`, where: path },
  ]
  if (skipped > 0)
    notes.push({
      code: 'events-without-case',
      message: `${skipped} events of ${path} name no "${type}", and were counted and left out.`,
      where: path,
    })
  return notes
}

function noCases(path: string): RapportError {
  return new RapportError({
    code: 'no-events',
    message: `${path} holds no event that names an object of the file, so nothing says what a case is.`,
    where: path,
    fix: 'Export the log again with its objects, or as CSV with one row an event.',
  })
}
