import { RapportError } from '../../errors.ts'
import type { BadRecord } from './batch.ts'
import { DerivedCsv } from './derived.ts'
import { nameColumns } from './header.ts'
import { type Flat, rawOf, type Unreadable } from './json-record.ts'
import type { RawValue } from './json-scan.ts'
import { MOST_BAD } from './strict.ts'

const MOST_COLUMNS = 10_000
/** So many records, or bytes of them, are waited for before the columns are taken as known. */
const EARLY_RECORDS = 5000
const EARLY_BYTES = 4 << 20

/** One list of a JSON file while it is read. */
export class JsonTable {
  readonly list: string
  /** Keys in the order in which they first came, with the column of each. */
  readonly keys = new Map<string, number>()
  readonly bad: BadRecord[] = []
  records = 0
  /** A key came after the columns were taken as known: the list must be written again. */
  late = false
  out: DerivedCsv | undefined
  private readonly path: string
  private readonly target: string
  private waiting: Map<string, string | null>[] = []
  private waitingBytes = 0

  constructor(list: string, path: string, target: string) {
    this.list = list
    this.path = path
    this.target = target
  }

  add(value: RawValue, flat: Flat): void {
    this.records++
    if ('reason' in flat) {
      this.reject(value, flat)
      return
    }
    for (const key of flat.columns.keys()) if (!this.keys.has(key)) this.addKey(key)
    if (this.late) return
    this.waiting.push(flat.columns)
    this.waitingBytes += value.bytes.length
  }

  /** For the second pass: nothing is counted again. */
  write(flat: Flat): void {
    if ('columns' in flat) this.waiting.push(flat.columns)
  }

  async flush(last: boolean): Promise<void> {
    if (this.late) await this.abandon()
    if (this.late || this.keys.size === 0) return
    if (!this.out) {
      if (!last && this.waiting.length < EARLY_RECORDS && this.waitingBytes < EARLY_BYTES) return
      await this.restart()
    }
    const { out } = this
    for (const columns of this.waiting) out?.row(this.cellsOf(columns))
    this.waiting = []
    this.waitingBytes = 0
    await out?.flush()
  }

  async finish(): Promise<void> {
    await this.flush(true)
    if (!this.late) await this.out?.finish()
  }

  /** Begins the derived file with the keys that are known now. */
  async restart(): Promise<void> {
    this.late = false
    this.out = await DerivedCsv.create(this.target, nameColumns([...this.keys.keys()], this.path).columns)
  }

  async abandon(): Promise<void> {
    await this.out?.abandon()
    this.out = undefined
    this.waiting = []
  }

  private addKey(key: string): void {
    this.keys.set(key, this.keys.size)
    if (this.out) this.late = true
    if (this.keys.size > MOST_COLUMNS)
      throw noTable('too-many-columns', `its objects have more than ${MOST_COLUMNS} different keys`, this.path)
  }

  private cellsOf(columns: Map<string, string | null>): (string | null)[] {
    const cells: (string | null)[] = new Array(this.keys.size).fill(null)
    for (const [key, cell] of columns) cells[this.keys.get(key) as number] = cell
    return cells
  }

  private reject(value: RawValue, { reason, message, raw }: Unreadable): void {
    this.bad.push({
      record: this.records,
      line: value.line,
      reason,
      message: `The record on line ${value.line} cannot be read. ${message}`,
      raw: rawOf(value, raw),
    })
    if (this.bad.length > MOST_BAD)
      throw noTable('too-many-bad-records', `more than ${MOST_BAD} of its records cannot be read`, this.path)
  }
}

function noTable(code: string, why: string, path: string): RapportError {
  return new RapportError({
    code,
    message: `${path} is no table: ${why}.`,
    where: path,
    fix: 'Export one flat object per record.',
  })
}
