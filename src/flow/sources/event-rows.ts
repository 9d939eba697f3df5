import { RapportError } from '../../errors.ts'
import type { BadRecord, Batch } from './batch.ts'
import { type Content, originOf } from './content.ts'
import { DerivedCsv, PLAIN } from './derived.ts'
import { nameColumns } from './header.ts'
import { MOST_BAD } from './strict.ts'

/** One event of a log: its values by column, or why it is none. */
export interface LogEvent {
  line: number
  /** What it says of its case, by column (`case:channel`), and of itself. */
  ofCase: ReadonlyMap<string, string>
  values: ReadonlyMap<string, string>
  broken?: { reason: string; message: string }
}

/** The columns of every log, as tools for process mining name them; those of its attributes come behind. */
const own = ['case:concept:name', 'concept:name', 'time:timestamp', 'org:resource', 'org:group', 'lifecycle:transition']
const needed = own.slice(0, 3)

export const MOST_COLUMNS = 10_000
/** Characters of one row: its bytes stay under what the engine reads. */
export const MOST_CHARACTERS = 4 << 20
/** A row repeats what its case says: so much may come out of a file, measured against its size once `floor` came out. */
const blowUp = { ratio: 200, floor: 64 << 20 }

/**
 * The events of a log on their way into a derived CSV, one row an event. Columns are known after a first pass over the file (`learn`);
 * a second one writes (`write`).
 */
export class EventRows {
  readonly bad: BadRecord[] = []
  records = 0
  out: DerivedCsv | undefined
  private readonly content: Content
  private readonly size: number
  private readonly keys = new Map<string, number>()
  private written = 0

  /** `size`: bytes of the file that is read. */
  constructor(content: Content, size: number) {
    this.content = content
    this.size = size
    for (const key of needed) this.keys.set(key, this.keys.size)
  }

  learn({ ofCase, values }: LogEvent): void {
    for (const each of [ofCase, values])
      for (const key of each.keys()) if (!this.keys.has(key)) this.keys.set(key, this.keys.size)
    if (this.keys.size > MOST_COLUMNS)
      throw this.refused('too-many-columns', `has more than ${MOST_COLUMNS} different attributes.`)
  }

  async begin(target: string): Promise<void> {
    const known = [
      ...own.filter((key) => this.keys.has(key)),
      ...[...this.keys.keys()].filter((key) => !own.includes(key)),
    ]
    this.keys.clear()
    for (const key of known) this.keys.set(key, this.keys.size)
    this.out = await DerivedCsv.create(target, this.named().columns)
  }

  write(event: LogEvent): void {
    this.records++
    const fault = event.broken ?? faultOf(event)
    if (fault) {
      this.reject(event.line, fault, rawOf(event))
      return
    }
    const cells: (string | null)[] = new Array(this.keys.size).fill(null)
    for (const each of [event.ofCase, event.values])
      for (const [key, value] of each) {
        cells[this.keys.get(key)!] = value
        this.written += value.length
      }
    if (this.written > blowUp.floor && this.written > blowUp.ratio * this.size)
      throw this.refused(
        'unpacks-too-large',
        `writes out to more than ${blowUp.ratio} times its size: it looks like an attack.`,
      )
    this.out!.row(cells)
  }

  reject(line: number, { reason, message }: { reason: string; message: string }, text: string): void {
    this.bad.push({
      record: this.records,
      line,
      reason,
      message: `The event on line ${line} cannot be read. ${message}`,
      raw: text.slice(0, 2000),
    })
    if (this.bad.length > MOST_BAD)
      throw this.refused('too-many-bad-records', `has more than ${MOST_BAD} events that cannot be read.`)
  }

  batch(skipped = 0): Batch {
    const { content, out, records, bad } = this
    if (records === 0) throw this.refused('no-events', 'holds no events.')
    const origin = originOf(content)
    const { columns, notes } = this.named()
    return {
      ...origin,
      encoding: 'utf-8',
      columns,
      read: { form: 'csv', path: out!.path, dialect: PLAIN, derived: true },
      records: records + skipped,
      readable: out!.rows,
      bad,
      maxLine: out!.longest,
      skipped: { blank: 0, preamble: 0, footer: 0, other: skipped },
      notes: [...origin.notes, ...notes],
    }
  }

  private named(): ReturnType<typeof nameColumns> {
    return nameColumns([...this.keys.keys()], this.content.path)
  }

  private refused(code: string, says: string): RapportError {
    const { path } = this.content
    return new RapportError({
      code,
      message: `${path} ${says}`,
      where: path,
      fix: 'Export the log again, or as CSV with one row an event.',
    })
  }
}

/** Offsets, fractions and the zoneless form that some tools write. */
const moment = /^\d{4}-\d\d-\d\d([T ]\d\d:\d\d(:\d\d([.,]\d+)?)?\s*(Z|[+-]\d\d(:?\d\d)?)?)?$/i

/** An event without a moment is one that has no place, and is counted as such; one with a moment that is none is wrong. */
function faultOf({ ofCase, values }: LogEvent): LogEvent['broken'] {
  const size = [...ofCase.values(), ...values.values()].reduce((sum, value) => sum + value.length, 0)
  if (size > MOST_CHARACTERS)
    return { reason: 'line-too-long', message: 'It and its case hold more than 4 million characters.' }
  if (!ofCase.get('case:concept:name'))
    return { reason: 'no-case', message: 'Its case has no name (concept:name) before it.' }
  if (!values.get('concept:name')) return { reason: 'no-activity', message: 'It has no activity (concept:name).' }
  const at = values.get('time:timestamp')
  if (at && (!moment.test(at) || Number.isNaN(Date.parse(at.slice(0, 10)))))
    return { reason: 'bad-timestamp', message: `Its moment "${at.slice(0, 60)}" is none.` }
  return undefined
}

function rawOf({ ofCase, values }: LogEvent): string {
  const short = [...ofCase, ...values].slice(0, 50).map(([key, value]) => [key, value.slice(0, 200)])
  return JSON.stringify(Object.fromEntries(short))
}
