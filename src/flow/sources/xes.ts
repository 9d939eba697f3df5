import { stat } from 'node:fs/promises'
import { join } from 'node:path'
import { RapportError } from '../../errors.ts'
import type { Batch } from './batch.ts'
import { openChunks, readHead } from './chunks.ts'
import type { Content } from './content.ts'
import { encodingOfHead } from './encoding.ts'
import { EventRows, type LogEvent, MOST_CHARACTERS, MOST_COLUMNS } from './event-rows.ts'
import { parseXml } from './xml.ts'

/** Reads an event log in XES into a derived CSV, one row an event; the file is read twice, since the columns are known at its end. */
export async function readXes(content: Content): Promise<Batch> {
  const { size } = await stat(content.file)
  const rows = new EventRows(content, size)
  await readEvents(content, (event) => rows.learn(event))
  await rows.begin(join(content.derived, `${content.hash}.xes.csv`))
  try {
    await readEvents(
      content,
      (event) => rows.write(event),
      () => rows.out!.flush(),
    )
    await rows.out!.finish()
  } catch (error) {
    await rows.out!.abandon()
    throw error
  }
  return rows.batch()
}

const fix = 'Export the log again in UTF-8, as XES or as CSV with one row an event.'

async function readEvents(
  content: Content,
  take: (event: LogEvent) => void,
  between?: () => Promise<void>,
): Promise<void> {
  const log = new Log(content.path, take)
  const { encoding, bom } = await encodingOf(content)
  await parseXml(
    openChunks(content.file, bom),
    content.path,
    { open: (...tag) => log.open(...tag), close: () => log.close(), between },
    { damaged: 'xes-damaged', kinds: 'event logs', fix, lines: true, encoding },
  )
}

/** The byte order mark goes before what the document says of itself. */
async function encodingOf({ file, path }: Content): Promise<{ encoding: string; bom: number }> {
  const head = await readHead(file, 4096)
  const { encoding, bom } = encodingOfHead(head, path)
  if (encoding !== 'utf-8' || bom > 0) return { encoding, bom }
  const stated = /^\s*<\?xml[^>]*\sencoding\s*=\s*["']([\w.:-]+)["']/.exec(head.toString('latin1'))?.[1] ?? 'utf-8'
  try {
    return { encoding: new TextDecoder(stated).encoding, bom }
  } catch {
    throw new RapportError({
      code: 'encoding-unsupported',
      message: `${path} says that it is written in "${stated.slice(0, 40)}", which nobody here can read.`,
      where: `${path}:1`,
      fix,
    })
  }
}

const types = new Set(['string', 'date', 'int', 'float', 'boolean', 'id', 'list', 'container'])

/** What one trace or event says, by key; an attribute within another has both names, joined by a dot. */
class Attributes {
  readonly values = new Map<string, string>()
  private size = 0

  put(key: string, value: string): void {
    // One that is over the limit is refused by its size, and need not be held for that.
    if (this.size > MOST_CHARACTERS || this.values.has(key)) return
    this.size += key.length + value.length
    this.values.set(key, value)
  }
}

/** The elements of a log: its traces, their events, and the attributes of both. What the log says of itself is not read. */
class Log {
  private readonly path: string
  private readonly take: (event: LogEvent) => void
  private elements: { name: string; keyed: boolean }[] = []
  private keys: string[] = []
  private trace: Attributes | null = null
  private event: (Attributes & { line: number; broken?: LogEvent['broken'] }) | null = null

  constructor(path: string, take: (event: LogEvent) => void) {
    this.path = path
    this.take = take
  }

  open(name: string, attributes: Record<string, string>, line: number): void {
    const above = this.elements.at(-1)?.name
    if (above === undefined && name !== 'log')
      throw this.refused(`begins with <${name.slice(0, 40)}>, not with <log>`, line)
    const inside = this.trace !== null || this.event !== null
    const keyed = inside && types.has(name) && attributes.key !== undefined
    this.elements.push({ name, keyed })
    if (name === 'trace' && above === 'log') this.trace = new Attributes()
    else if (name === 'event' && (above === 'trace' || above === 'log'))
      this.event = Object.assign(new Attributes(), { line })
    else if (keyed) this.attribute(attributes, line)
    else if (this.event && types.has(name) && above !== 'values')
      this.event.broken = { reason: 'no-key', message: `It has a <${name}> without a key.` }
  }

  close(): void {
    const { name, keyed } = this.elements.pop()!
    const above = this.elements.at(-1)?.name
    if (keyed) this.keys.pop()
    else if (name === 'event' && this.event && (above === 'trace' || above === 'log')) this.endEvent()
    else if (name === 'trace' && this.elements.length === 1) this.trace = null
  }

  private attribute({ key = '', value = '' }: Record<string, string>, line: number): void {
    this.keys.push(key)
    const name = this.keys.join('.')
    const to = this.event ?? this.trace!
    to.put(this.event ? name : `case:${name}`, value)
    if (to.values.size > MOST_COLUMNS)
      throw this.refused(`has more than ${MOST_COLUMNS} attributes in one element`, line)
  }

  private endEvent(): void {
    const { values, line, broken } = this.event!
    this.take({ line, ofCase: this.trace?.values ?? new Map(), values, ...(broken && { broken }) })
    this.event = null
  }

  private refused(says: string, line: number): RapportError {
    return new RapportError({
      code: 'xes-damaged',
      message: `${this.path} is no event log: it ${says}.`,
      where: `${this.path}:${line}`,
      fix,
    })
  }
}
