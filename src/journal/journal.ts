import { createHash } from 'node:crypto'
import { RapportError } from '../errors.ts'
import { type AppendLog, openLog, readLog } from './append-log.ts'

/** One thing that was sent: a ticket, a message, an answer. */
export interface Arrival {
  /** Id of the source. */
  source: string
  /** What makes a repeated delivery the same one: the sender's id of it, else the content itself. Kept as a hash. */
  key: string
  /** JSON on one line. */
  body: string
}

/** An arrival that is kept; its key is the hash. */
export interface JournalRecord extends Arrival {
  /** 1, 2, 3 ... in the order of arrival, over all sources. */
  position: number
  /** Milliseconds since 1970. */
  received: number
}

/** What became of an arrival. */
export interface Kept {
  position: number
  /** It had come before; its position is that of the first. */
  duplicate: boolean
}

/** Everything that was acknowledged, in the order in which it came. Owned by the one process that serves. */
export interface Journal {
  /** Answers when all of them are on the disk; a repeated one is not written again. Refuses at once when too much waits. */
  append(arrivals: Arrival[]): Promise<Kept[]>
  /** Position of the last record on the disk. */
  readonly position: number
  /** When the last record of each source came, milliseconds since 1970. */
  readonly received: ReadonlyMap<string, number>
  close(): Promise<void>
}

/** A record whose checksum does not hold. */
export interface Damage {
  where: string
  text: string
}

/** Bytes that may wait for the disk: seconds of it, not minutes. */
const mostWaiting = 32 << 20
/** Of a sender that gives no id: so long a repeated delivery is known by its key. Beyond that the build tells it by its content. */
const daysKnown = 7

export interface JournalSettings {
  now?: () => number
  mostWaiting?: number
}

export async function openJournal(folder: string, settings: JournalSettings = {}): Promise<Journal> {
  const now = settings.now ?? Date.now
  const known = new Map<string, number>()
  const last = new Map<string, number>()
  let position = 0
  const oldest = now() - daysKnown * 86_400_000
  for await (const records of readJournal(folder)) {
    for (const record of records) {
      position = record.position
      last.set(record.source, record.received)
      if (record.received >= oldest) known.set(keyIn(record), record.position)
    }
  }
  const log: AppendLog = await openLog(folder)
  let next = position + 1
  /** Written, but not yet on the disk: whoever sends the same again waits for the first. */
  const underway = new Map<string, Promise<number>>()

  const write = (arrivals: Arrival[]): Promise<number[]> => {
    const received = now()
    const records = arrivals.map((arrival) => ({ ...arrival, position: next++, received }))
    const written = log.append(records.map(printRecord)).then(() => {
      position = Math.max(position, ...records.map((record) => record.position))
      for (const record of records) {
        known.set(keyIn(record), record.position)
        last.set(record.source, record.received)
      }
      return records.map((record) => record.position)
    })
    records.forEach((record, at) => {
      const promise = written.then((positions) => positions[at]!)
      promise.catch(() => {})
      underway.set(keyIn(record), promise)
    })
    const settled = () => {
      for (const record of records) underway.delete(keyIn(record))
    }
    written.then(settled, settled)
    return written
  }
  return {
    append: async (given) => {
      if (log.waiting > (settings.mostWaiting ?? mostWaiting)) throw tooMuch(folder)
      const arrivals = given.map((arrival) => ({ ...arrival, key: keyOf(arrival.key) }))
      const fresh = new Map<string, Arrival>()
      for (const arrival of arrivals) {
        const key = keyIn(arrival)
        if (!known.has(key) && !underway.has(key) && !fresh.has(key)) fresh.set(key, arrival)
      }
      const earlier = new Map(arrivals.map((arrival) => [keyIn(arrival), underway.get(keyIn(arrival))]))
      const written = fresh.size > 0 ? write([...fresh.values()]) : Promise.resolve([])
      const positions = await written
      const mine = new Map([...fresh.keys()].map((key, at) => [key, positions[at]!]))
      const told = new Set<string>()
      const kept: Kept[] = []
      for (const arrival of arrivals) {
        const key = keyIn(arrival)
        const own = mine.get(key)
        const first = own !== undefined && !told.has(key)
        told.add(key)
        kept.push({ position: own ?? known.get(key) ?? (await earlier.get(key)!), duplicate: !first })
      }
      return kept
    },
    get position() {
      return position
    },
    received: last,
    close: () => log.close(),
  }
}

export interface JournalPart {
  /** Only what came after this position. */
  after?: number
  /** And no later than this one. */
  to?: number
  /** Read from near `after` on: damage before it is not told. */
  seek?: boolean
  /** Told of every record that cannot be trusted; without it one stops the reading. */
  damaged?(damage: Damage): void
}

/** Records in order, some at a time; also by another process than the one that writes. */
export async function* readJournal(folder: string, part: JournalPart = {}): AsyncGenerator<JournalRecord[]> {
  const { after = 0, to = Number.POSITIVE_INFINITY, seek } = part
  const isBefore = (text: string): boolean => (parseRecord(text)?.position ?? after) < after
  for await (const lines of readLog(folder, seek ? isBefore : undefined)) {
    const records: JournalRecord[] = []
    for (const line of lines) {
      const record = line.damaged ? null : parseRecord(line.text)
      if (!record) {
        if (!part.damaged) throw damagedAt(line.where)
        part.damaged({ where: line.where, text: line.text })
      } else if (record.position > after && record.position <= to) records.push(record)
    }
    yield records
  }
}

/** 128 bits: two of a billion keys are alike with a chance of one in 10^21. */
const keyOf = (key: string): string => createHash('sha256').update(key).digest('base64url').slice(0, 22)

const keyIn = ({ source, key }: Pick<Arrival, 'source' | 'key'>): string => `${source}\t${key}`

function printRecord({ position, received, source, key, body }: JournalRecord): string {
  return `${position}\t${received}\t${source}\t${key}\t${body.replace(/[\r\n]+/g, ' ')}`
}

function parseRecord(text: string): JournalRecord | null {
  const [position, received, source, key] = text.split('\t', 4)
  if (!source || key === undefined) return null
  const body = text.slice(`${position}\t${received}\t${source}\t${key}\t`.length)
  return { position: Number(position), received: Number(received), source, key, body }
}

function tooMuch(folder: string): RapportError {
  return new RapportError({
    code: 'busy',
    message: 'More arrives than the disk can take.',
    where: folder,
    fix: 'Send it again in some seconds.',
  })
}

function damagedAt(where: string): RapportError {
  return new RapportError(
    {
      code: 'journal-damaged',
      message: 'A record of the journal has changed since it was written: its checksum does not hold.',
      where,
      fix: 'Ask the sender to deliver it again; `rapport build` goes on without it and keeps it as a reject.',
    },
    3,
  )
}
