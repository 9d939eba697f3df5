/** One message, or one report about it, of a post of the WhatsApp Cloud API: what a row of the derived file holds. */
export interface WhatsappEvent {
  event: 'message' | 'status' | 'echo'
  id: string
  report: string
  timestamp: string
  /** The number of the business as E.164, or its id where the post has no number. */
  business: string
  /** The customer's number as E.164, where the post has it. */
  phone: string
  /** The business-scoped id, which is all there is of a customer who has chosen a user name. */
  userId: string
  name: string
  type: string
  text: string
  category: string
  failure: string
}

/** What one post holds. */
export interface WhatsappPost {
  events: WhatsappEvent[]
  /** Fields of changes without messages and reports: of templates, calls, the account. */
  others: string[]
}

type Fields = Record<string, unknown>

/** The events of a post: of one as it was sent, of one that a log wraps (`body`, `payload`), or of a single `entry`. */
export function readPost(post: Fields): WhatsappPost | null {
  const entries = entriesOf(post)
  if (!entries) return null
  const read: WhatsappPost = { events: [], others: [] }
  for (const entry of entries) {
    const changes = objects(entry.changes)
    if (changes.length === 0) read.others.push('nothing')
    for (const change of changes) readChange(change, read)
  }
  if (entries.length === 0) read.others.push('nothing')
  return read
}

function entriesOf(post: Fields): Fields[] | null {
  if (Array.isArray(post.entry)) return objects(post.entry)
  if (Array.isArray(post.changes)) return [post]
  for (const wrapped of [post.body, post.payload]) {
    const inner = typeof wrapped === 'string' ? parsed(wrapped) : fields(wrapped)
    if (Array.isArray(inner.entry)) return objects(inner.entry)
  }
  return null
}

function readChange({ field, value }: Fields, read: WhatsappPost): void {
  const content = fields(value)
  const business = businessOf(content)
  const contacts = objects(content.contacts)
  const messages = objects(content.messages)
  const echoes = objects(content.message_echoes)
  const statuses = objects(content.statuses)
  for (const message of messages) read.events.push({ ...business, ...messageOf(message, contacts) })
  for (const echo of echoes) read.events.push({ ...business, ...echoOf(echo, contacts) })
  for (const status of statuses) read.events.push({ ...business, ...statusOf(status) })
  if (messages.length + echoes.length + statuses.length === 0) read.others.push(text(field) || 'nothing')
}

function businessOf({ metadata }: Fields): Pick<WhatsappEvent, 'business'> {
  const { phone_number_id: id, display_phone_number: number } = fields(metadata)
  return { business: e164(text(number)) || text(id) }
}

type Own = Omit<WhatsappEvent, 'business'>

function messageOf(message: Fields, contacts: Fields[]): Own {
  const [from, userId] = [text(message.from), text(message.from_user_id)]
  const known = (contact: Fields): boolean =>
    (from !== '' && text(contact.wa_id) === from) || (userId !== '' && text(contact.user_id) === userId)
  const contact = contacts.find(known) ?? (contacts.length === 1 ? contacts[0]! : {})
  return {
    ...contentOf(message),
    event: 'message',
    phone: e164(from || text(contact.wa_id)),
    userId: userId || text(contact.user_id),
    name: text(fields(contact.profile).name),
  }
}

/** What someone wrote in the app of the business, beside the API. */
function echoOf(message: Fields, contacts: Fields[]): Own {
  const contact = contacts.length === 1 ? contacts[0]! : {}
  return {
    ...contentOf(message),
    event: 'echo',
    phone: e164(text(message.to)),
    userId: text(message.to_user_id),
    name: text(fields(contact.profile).name),
  }
}

function statusOf(status: Fields): Own {
  const failures = objects(status.errors)
  return {
    event: 'status',
    id: text(status.id),
    report: text(status.status),
    timestamp: text(status.timestamp),
    phone: e164(text(status.recipient_participant_id) || text(status.recipient_id)),
    userId: text(status.recipient_participant_user_id) || text(status.recipient_user_id),
    name: '',
    type: '',
    text: '',
    category: text(fields(status.pricing).category),
    failure: failures.map((each) => [text(each.code), text(each.title)].filter(Boolean).join(' ')).join('; '),
  }
}

function contentOf(message: Fields): Omit<Own, 'event' | 'phone' | 'userId' | 'name'> {
  const type = text(message.type)
  return {
    id: text(message.id),
    report: '',
    timestamp: text(message.timestamp),
    type,
    text: type === '' ? '' : textOf(type, fields(message[type])),
    category: '',
    failure: objects(message.errors)
      .map((each) => [text(each.code), text(each.title)].filter(Boolean).join(' '))
      .join('; '),
  }
}

function textOf(type: string, content: Fields): string {
  if (type === 'interactive') {
    const answer = fields(content[text(content.type)])
    return text(answer.title) || text(answer.body)
  }
  return text(content.body) || text(content.caption) || text(content.text) || text(content.emoji)
}

/**
 * `+` and the digits. A Mexican mobile has a 1 behind the calling code in WhatsApp's own ids and in no other system; what is no
 * number (a group's id) stays as it is.
 */
function e164(number: string): string {
  const digits = number.replace(/[^0-9]/g, '')
  if (digits.length < 7 || digits.length > 15 || /[a-z_@]/i.test(number)) return number
  return `+${/^521\d{10}$/.test(digits) ? `52${digits.slice(3)}` : digits}`
}

function parsed(json: string): Fields {
  try {
    return fields(JSON.parse(json))
  } catch {
    return {}
  }
}

const fields = (value: unknown): Fields =>
  value !== null && typeof value === 'object' && !Array.isArray(value) ? (value as Fields) : {}
/** The objects of a list. What is none stays as one without fields, so that it is counted and set aside with a reason. */
const objects = (value: unknown): Fields[] => (value === undefined || value === null ? [] : [value].flat().map(fields))
const text = (value: unknown): string =>
  typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : ''
