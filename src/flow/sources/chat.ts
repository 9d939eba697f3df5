import { createHash } from 'node:crypto'
import { join } from 'node:path'
import type { Problem } from '../../errors.ts'
import type { BadRecord, Batch } from './batch.ts'
import { chatKind } from './chat-content.ts'
import { ChatDates, type DateOrder, type Decision, momentOf } from './chat-dates.ts'
import { type ChatLine, readChatLine } from './chat-line.ts'
import { openChunks, readHead } from './chunks.ts'
import { type Content, originOf } from './content.ts'
import { DerivedCsv, PLAIN } from './derived.ts'
import { encodingOfHead, toUtf8 } from './encoding.ts'
import { type Line, readLines } from './lines.ts'

/** What only a person knows of a chat that a phone exported. */
export interface ChatSettings {
  /** Names under which the business writes. */
  business: string[]
  dateOrder?: DateOrder
  /** Zone in which the moments are read, where nobody said that of the file. */
  assumedZone?: string
  /** Take the likelier order of day and month where the file does not decide. */
  guess: boolean
}

const columns = ['whatsapp_chat', 'message_key', 'moment', 'place', 'sender', 'side', 'kind', 'text', 'written']

/** Reads a chat that a phone exported, twice: the whole file says in which order day and month stand, and who takes part. */
export async function readChat(
  content: Content,
  { business, dateOrder, assumedZone, guess }: ChatSettings = { business: [], guess: false },
): Promise<Batch> {
  const dates = new ChatDates()
  const senders = new Set<string>()
  let withSeconds = false
  for await (const line of messageLines(content)) {
    const begun = readChatLine(line.text)
    if (!begun) continue
    dates.add(begun)
    if (begun.second !== null) withSeconds = true
    if (begun.sender && chatKind(begun) !== 'system') senders.add(begun.sender)
  }
  const decision = dates.decide(dateOrder, guess)
  const customer = customerOf(content.name, senders)
  const chat = customer ?? (nameOfChat(content.name) || [...senders].sort().join(', '))
  const ours = new Set(business.map(normal))
  const sideOf = (sender: string): string => {
    if (ours.has(normal(sender))) return 'business'
    if ([...senders].some((each) => ours.has(normal(each)))) return 'customer'
    return customer === null ? '' : sender === customer ? 'customer' : 'business'
  }
  const batch = await writeChat(content, { chat, decision, sideOf, withSeconds })
  return { ...batch, notes: [...batch.notes, ...zoneNotes(content.path, assumedZone)] }
}

interface Chat {
  chat: string
  decision: Decision
  sideOf: (sender: string) => string
  withSeconds: boolean
}

async function writeChat(content: Content, chat: Chat): Promise<Batch> {
  const out = await DerivedCsv.create(join(content.derived, `${content.hash}.chat.csv`), columns)
  const rows = new ChatRows(chat, out)
  try {
    for await (const line of messageLines(content)) {
      rows.line(line)
      await out.flush()
    }
    rows.end()
    await out.finish()
  } catch (error) {
    await out.abandon()
    throw error
  }
  const origin = originOf(content)
  return {
    ...origin,
    encoding: encodingOfHead(await readHead(content.file, 4096), content.path).encoding,
    columns,
    read: { form: 'csv', path: out.path, dialect: PLAIN, derived: true },
    records: out.rows + rows.bad.length,
    readable: out.rows,
    bad: rows.bad,
    maxLine: out.longest,
    skipped: { blank: 0, preamble: 0, footer: 0 },
    ...(['values', 'sequence'].includes(chat.decision.how) ? {} : { dateOrder: chat.decision.order ?? 'unknown' }),
    notes: [
      ...origin.notes,
      ...orderNotes(content.path, chat.decision),
      ...secondNotes(content.path, chat.withSeconds),
    ],
  }
}

/** The messages of a chat while they are written: one may go over several lines. */
class ChatRows {
  readonly bad: BadRecord[] = []
  private readonly chat: Chat
  private readonly out: DerivedCsv
  private open: { begun: ChatLine; more: string[] } | undefined
  private moment: string | null = null
  private place = 0
  /** Messages of the present moment that are written alike: they are two, and not one that came twice. */
  private copies = new Map<string, number>()

  constructor(chat: Chat, out: DerivedCsv) {
    this.chat = chat
    this.out = out
  }

  line(line: Line): void {
    const begun = readChatLine(line.text)
    if (line.tooLong || line.nul) this.reject(line, line.tooLong ? 'line-too-long' : 'nul-byte')
    else if (begun) {
      this.end()
      this.open = { begun, more: [] }
    } else if (this.open) this.open.more.push(line.text)
    else if (line.text.trim() !== '') this.reject(line, 'no-moment')
  }

  end(): void {
    if (!this.open) return
    const { begun, more } = this.open
    this.open = undefined
    const { order } = this.chat.decision
    const moment = order && momentOf(begun, order)
    const text = [begun.text, ...more].join('\n').trimEnd()
    const kind = chatKind({ ...begun, text })
    const sender = kind === 'system' ? '' : (begun.sender ?? '')
    const side = sender === '' ? 'app' : this.chat.sideOf(sender)
    if (moment !== this.moment) [this.moment, this.place, this.copies] = [moment, 0, new Map()]
    const copy = (this.copies.get(`${sender}\n${text}`) ?? 0) + 1
    this.copies.set(`${sender}\n${text}`, copy)
    this.place++
    const { chat } = this.chat
    const key = keyOf(chat, moment ?? begun.written, sender, text, String(copy))
    this.out.row([chat, key, moment, String(this.place), sender, side, kind, text, begun.written])
  }

  private reject(line: Line, reason: 'line-too-long' | 'nul-byte' | 'no-moment'): void {
    const says = {
      'line-too-long': 'is longer than 16 MB.',
      'nul-byte': 'holds NUL bytes: the file was cut off or damaged when it was copied.',
      'no-moment': 'stands before the first message and has no date.',
    }
    this.end()
    this.bad.push({
      record: this.out.rows + this.bad.length + 1,
      line: line.number,
      reason,
      message: `Line ${line.number} ${says[reason]}`,
      raw: line.text.slice(0, 2000),
    })
  }
}

async function* messageLines(content: Content): AsyncGenerator<Line> {
  const { encoding, bom } = encodingOfHead(await readHead(content.file, 4096), content.path)
  const bytes = openChunks(content.file, bom)
  for await (const lines of readLines(encoding === 'utf-8' ? bytes : toUtf8(bytes, encoding))) yield* lines
}

const normal = (name: string): string =>
  name
    .replace(/[\s_]+/g, ' ')
    .trim()
    .toLowerCase()

/** The same message in two exports of a chat has one key, and says nothing of who wrote what. */
const keyOf = (...parts: string[]): string =>
  createHash('sha256').update(parts.join('\u0000')).digest('hex').slice(0, 16)

/** A file's name without its ending and the number of a copy. */
const stemOf = (name: string): string => name.replace(/(\.(txt|zip|gz))+$/i, '').replace(/[ _]?\(\d+\)$/, '')

/** "WhatsApp Chat with Ana Ruiz.txt" names the other side: whoever of those who write stands at its end. */
function customerOf(name: string, senders: ReadonlySet<string>): string | null {
  const stem = normal(stemOf(name))
  if (!stem.includes('whatsapp')) return null
  const named = [...senders].filter((sender) => stem.endsWith(` ${normal(sender)}`))
  return named.sort((a, b) => b.length - a.length)[0] ?? null
}

/** The name that the app gave the file; every chat of an iPhone is called `_chat.txt`. */
function nameOfChat(name: string): string {
  const stem = stemOf(name)
  return /whatsapp/i.test(stem) ? stem : ''
}

function orderNotes(path: string, { order, how }: Decision): Problem[] {
  const fix =
    'Write `date_order: d/m/y` (or m/d/y, y/m/d) beside the file in rapport.yaml; `rapport init` asks on a terminal.'
  if (order === null) {
    const message = `${path} does not say whether the day or the month stands first: every date can be read either way. Nobody answered, so its messages have no moment and are set aside.`
    return [
      { code: 'date-order-undecided', message, where: path, fix: `${fix} With --yes the likelier order is taken.` },
    ]
  }
  if (how === 'guessed')
    return [
      {
        code: 'date-order-guessed',
        message: `${path} does not say whether the day or the month stands first. Nobody answered; taken as ${order}.`,
        where: path,
        fix,
      },
    ]
  if (how !== 'sequence') return []
  const message = `The dates of ${path} can be read in two ways; only as ${order} do its messages follow each other, and so they were read.`
  return [{ code: 'date-order-by-sequence', message, where: path, fix }]
}

function zoneNotes(path: string, zone: string | undefined): Problem[] {
  if (zone === undefined) return []
  return [
    {
      code: 'chat-zone-assumed',
      message: `${path} states its moments without a zone; they were read as those of ${zone}.`,
      where: path,
      fix: 'Write the zone of the phone beside the file in rapport.yaml (`zone: Europe/Paris`), or give it by --zone.',
    },
  ]
}

function secondNotes(path: string, withSeconds: boolean): Problem[] {
  if (withSeconds) return []
  return [
    {
      code: 'chat-in-minutes',
      message: `${path} states its moments in whole minutes, so that a wait is known to the minute: one of 0 may be up to 59 seconds.`,
      where: path,
    },
  ]
}
