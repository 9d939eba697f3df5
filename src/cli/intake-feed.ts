import { createHash } from 'node:crypto'
import { RapportError } from '../errors.ts'
import { readLines } from '../flow/sources/lines.ts'
import { readTable } from '../surfaces/server/intake/read-table.ts'
import { jsonRecords, type SentRecord } from '../surfaces/server/intake/records.ts'
import { readMessage } from './intake-messages.ts'
import type { IntakeRoute } from './intake-route.ts'

/** What became of the records of one source. */
export interface Tally {
  kept: number
  duplicates: number
  rejected: number
}

export interface FeedOrder {
  route: Pick<IntakeRoute, 'send'>
  /** Source of records that say nothing of where they are from. */
  source: string
  /** Source of a stream. */
  sourceOf(stream: string): string
  /** Is a text that is no JSON a table of the source? */
  table: boolean
  /** Told how far a tap has come, once everything before is on the disk. */
  state(text: string): void
  /** Milliseconds without a new line, after which what waits is sent. */
  idle?: number
}

/** Of one delivery. */
const [mostLines, mostBytes] = [1000, 1 << 20]
/** Of one record: a server takes no larger body. */
const longest = 4 << 20
/** Of a document that is no list of lines, which must be held whole. */
const mostDocument = 64 << 20

/** Brings what comes in (NDJSON, one JSON document, a table, messages of a tap) to where it is kept, in order. */
export async function feed(input: AsyncIterable<Buffer>, order: FeedOrder): Promise<Map<string, Tally>> {
  const tallies = new Map<string, Tally>()
  const waiting = new Map<string, string[]>()
  // What came so far names a delivery: the same input again is the same deliveries.
  const sofar = createHash('sha256')
  let [lines, bytes] = [0, 0]

  const flush = async (): Promise<void> => {
    const key = sofar.copy().digest('base64url')
    for (const [source, texts] of waiting) {
      const answer = await order.route.send(source, texts, key)
      const tally = tallies.get(source) ?? { kept: 0, duplicates: 0, rejected: 0 }
      for (const count of ['kept', 'duplicates', 'rejected'] as const) tally[count] += answer[count]
      tallies.set(source, tally)
    }
    waiting.clear()
    lines = bytes = 0
  }
  const add = async (source: string, text: string): Promise<void> => {
    // In whole JSON a line break stands between values only.
    const line = text.replace(/[\r\n]+/g, ' ').trim()
    if (line === '') return
    if (line.length > longest) throw tooLong(source)
    const texts = waiting.get(source) ?? []
    waiting.set(source, texts)
    texts.push(line)
    lines++
    bytes += line.length
    if (lines >= mostLines || bytes >= mostBytes) await flush()
  }
  const take = async (text: string, isTap: boolean): Promise<void> => {
    sofar.update(`${text}\n`)
    const message = isTap ? readMessage(text) : null
    if (!message) await add(order.source, text)
    else if (message.kind === 'record') await add(order.sourceOf(message.stream), message.text)
    else if (message.kind === 'state') {
      await flush()
      order.state(message.text)
    }
  }

  const groups = withPauses(readLines(input), order.idle ?? 1000, () => lines > 0)
  let isTap: boolean | undefined
  for await (const group of groups) {
    if (group === 'pause') await flush()
    else
      for (const { text, tooLong: cut } of group) {
        if (cut) throw tooLong(order.source)
        if (text.trim() === '') continue
        if (isTap === undefined) {
          const first = text.replace(/^\uFEFF/, '')
          if (isDocument(first, order.table)) {
            const whole = await restOf(first, group.slice(group.findIndex((line) => line.text === text) + 1), groups)
            sofar.update(whole)
            for (const record of documentRecords(whole, order.table)) await add(order.source, record)
            break
          }
          isTap = readMessage(first) !== null
          await take(first, isTap)
        } else await take(text, isTap)
      }
  }
  await flush()
  return tallies
}

type Lines = { text: string; tooLong: boolean }[]

/** Groups of lines as they come; `pause` where something waits and nothing comes. */
async function* withPauses(
  groups: AsyncGenerator<Lines>,
  idle: number,
  waits: () => boolean,
): AsyncGenerator<Lines | 'pause'> {
  let next = groups.next()
  for (;;) {
    let timer: NodeJS.Timeout | undefined
    const pause = new Promise<'pause'>((resolve) => {
      if (waits()) timer = setTimeout(resolve, idle, 'pause')
    })
    const got = await Promise.race([next, pause])
    clearTimeout(timer)
    if (got === 'pause') yield got
    else if (got.done) return
    else {
      yield got.value
      next = groups.next()
    }
  }
}

/** A list, an object over several lines, or a table: no line of it is a record. */
function isDocument(first: string, table: boolean): boolean {
  const start = first.trimStart()
  if (start.startsWith('[')) return true
  if (!start.startsWith('{')) return table
  return isTorn(jsonRecords(start))
}

/** No JSON, or only the beginning of it. */
const isTorn = ([first]: SentRecord[]): boolean => first?.fault?.code === 'not-json'

async function restOf(first: string, group: Lines, groups: AsyncIterable<Lines | 'pause'>): Promise<string> {
  const texts = [first, ...group.map(({ text }) => text)]
  let size = texts.reduce((sum, { length }) => sum + length, 0)
  for await (const more of groups) {
    if (more === 'pause') continue
    for (const { text } of more) {
      texts.push(text)
      size += text.length
    }
    if (size > mostDocument) throw tooLarge()
  }
  return texts.join('\n')
}

/** Lines after all where the whole is no JSON: then only some of them are bad. */
function documentRecords(text: string, table: boolean): string[] {
  if (table && !/^\s*[[{]/.test(text)) return readTable(text).map((record) => record.text)
  const records = jsonRecords(text)
  return isTorn(records) ? text.split('\n') : records.map((record) => record.text)
}

function tooLong(source: string): RapportError {
  return new RapportError(
    {
      code: 'record-too-large',
      message: `A record for "${source}" is longer than ${longest >> 20} MB; those before it are kept.`,
      fix: 'Leave out what no report reads, such as attachments.',
    },
    3,
  )
}

function tooLarge(): RapportError {
  return new RapportError(
    {
      code: 'document-too-large',
      message: `A document of more than ${mostDocument >> 20} MB is not held whole.`,
      fix: 'Write one record a line (NDJSON): `jq -c ".[]"` makes lines of a list.',
    },
    3,
  )
}
