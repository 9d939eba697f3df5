import { join } from 'node:path'
import { type Problem, RapportError } from '../../errors.ts'
import type { BadRecord, Batch } from './batch.ts'
import { type Content, originOf } from './content.ts'
import { DerivedCsv, PLAIN } from './derived.ts'
import { readValues } from './json.ts'
import { parseObject, rawOf, type Unreadable } from './json-record.ts'
import type { RawValue } from './json-scan.ts'
import { MOST_BAD } from './strict.ts'
import { readPost, type WhatsappEvent } from './whatsapp-post.ts'

const columns = [
  'whatsapp_event',
  'message_id',
  'report',
  'sent_at',
  'business_number',
  'customer_key',
  'customer_phone',
  'customer_user_id',
  'customer_name',
  'message_type',
  'message_text',
  'template_category',
  'failure',
]

/** Does a JSON file hold posts of the WhatsApp Cloud API? They say it themselves, also where a log keeps them as text. */
export function isWebhook(head: Buffer): boolean {
  const text = head.toString('latin1')
  return (
    /"object"\s*:\s*"whatsapp_business_account"/.test(text) ||
    /"(body|payload)"\s*:\s*"\s*\{\s*\\"object\\"\s*:\s*\\"whatsapp_business_account\\"/.test(text)
  )
}

/**
 * Reads posts of the WhatsApp Cloud API into a derived CSV of one row a message or report. A customer is known by number, and by a
 * business-scoped id where the number is left out: which belongs to which may come late, and then the rows are written again.
 */
export async function readWebhook(content: Content): Promise<Batch[]> {
  const people = new People()
  const first = await readPosts(content, people)
  const { out, bad, records, others } = people.changed ? await readPosts(content, people) : first
  const origin = originOf(content)
  const skipped = [...others.values()].reduce((sum, count) => sum + count, 0)
  return [
    {
      ...origin,
      encoding: 'utf-8',
      columns,
      read: { form: 'csv', path: out.path, dialect: PLAIN, derived: true },
      records,
      readable: out.rows,
      bad,
      maxLine: out.longest,
      skipped: { blank: records - out.rows - bad.length - skipped, preamble: 0, footer: 0, other: skipped },
      notes: [...origin.notes, ...otherNotes(content.path, others)],
    },
  ]
}

interface Posts {
  out: DerivedCsv
  bad: BadRecord[]
  records: number
  /** Changes without a message or report, by their field. */
  others: Map<string, number>
}

async function readPosts(content: Content, people: People): Promise<Posts> {
  const out = await DerivedCsv.create(join(content.derived, `${content.hash}.whatsapp.csv`), columns)
  const posts: Posts = { out, bad: [], records: 0, others: new Map() }
  people.changed = false
  try {
    for await (const values of readValues(content, false)) {
      for (const value of values) {
        if (value === 'blank') posts.records++
        else takePost(value, posts, people, content.path)
      }
      await out.flush()
    }
    await out.finish()
  } catch (error) {
    await out.abandon()
    throw error
  }
  return posts
}

function takePost(value: RawValue, posts: Posts, people: People, path: string): void {
  const read = parseObject(value)
  const post = 'reason' in read ? null : readPost(read.object)
  if (!post) {
    posts.records++
    const why: Unreadable =
      'reason' in read ? read : { reason: 'not-a-post', message: 'It has no "entry", which a post has.' }
    posts.bad.push({
      record: posts.records,
      line: value.line,
      reason: why.reason,
      message: `The post on line ${value.line} cannot be read. ${why.message}`,
      raw: rawOf(value, why.raw),
    })
    if (posts.bad.length > MOST_BAD) throw noPosts(path)
    return
  }
  for (const field of post.others) posts.others.set(field, (posts.others.get(field) ?? 0) + 1)
  posts.records += post.events.length + post.others.length
  for (const event of post.events) posts.out.row(cellsOf(event, people))
}

function cellsOf(event: WhatsappEvent, people: People): string[] {
  const { key, phone } = people.of(event.phone, event.userId)
  return [
    event.event,
    event.id,
    event.report,
    event.timestamp,
    event.business,
    key,
    phone,
    event.userId,
    event.name,
    event.type,
    event.text,
    event.category,
    event.failure,
  ]
}

/** Who is meant by a number and by a business-scoped id. */
class People {
  /** A row was written under an id whose number came later. */
  changed = false
  private readonly phoneOf = new Map<string, string>()
  private readonly withoutPhone = new Set<string>()

  of(phone: string, userId: string): { key: string; phone: string } {
    if (phone && userId && !this.phoneOf.has(userId)) {
      this.phoneOf.set(userId, phone)
      if (this.withoutPhone.has(userId)) this.changed = true
    }
    // The first number stays the key of an id, whatever number comes later.
    const known = this.phoneOf.get(userId) ?? phone
    if (!known && userId) this.withoutPhone.add(userId)
    return { key: known || userId, phone: phone || known }
  }
}

function otherNotes(path: string, others: Map<string, number>): Problem[] {
  if (others.size === 0) return []
  const list = [...others].map(([field, count]) => `${field === 'nothing' ? 'without content' : field} (${count})`)
  return [
    {
      code: 'posts-set-aside',
      message: `${path} also holds posts without a message or delivery report, which were counted and left out: ${list.join(', ')}.`,
      where: path,
    },
  ]
}

function noPosts(path: string): RapportError {
  return new RapportError({
    code: 'too-many-bad-records',
    message: `More than ${MOST_BAD} posts of ${path} cannot be read.`,
    where: path,
    fix: 'Write one post of the WhatsApp Cloud API a line, as it was sent.',
  })
}
