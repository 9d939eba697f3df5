import { createHash, createHmac, timingSafeEqual } from 'node:crypto'
import type { IntakeSource } from './door.ts'

/** Why a sender was not believed. */
export type Doubt = 'missing' | 'wrong' | 'stale'

/** What a sender's proof stands in besides the body. */
export interface Signed {
  header(name: string): string | undefined
  /** Milliseconds since 1970, by this machine. */
  now: number
}

/** How far the clock of a sender may be off, either way. */
const tolerance = 5 * 60_000

/** What the headers alone tell: said before a byte of the body is held. */
export function doubtHeaders({ verify, secrets }: IntakeSource, { header, now }: Signed): Doubt | null {
  switch (verify) {
    case 'none':
    case 'owner':
      return null
    case 'token': {
      const token = bearer(header('authorization'))
      if (!token) return 'missing'
      return oneOf(secrets, (secret) => alike(token, secret)) ? null : 'wrong'
    }
    case 'standard': {
      const sent = header('webhook-timestamp')
      if (!header('webhook-id') || !sent || !header('webhook-signature')) return 'missing'
      return /^\d{1,12}$/.test(sent) ? age(Number(sent) * 1000, now) : 'wrong'
    }
    case 'zendesk': {
      const sent = header('x-zendesk-webhook-signature-timestamp')
      if (!sent || !header('x-zendesk-webhook-signature')) return 'missing'
      const isInstant = /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d+)?Z$/.test(sent)
      return isInstant ? age(Date.parse(sent), now) : 'wrong'
    }
    case 'whatsapp':
      return header('x-hub-signature-256') ? null : 'missing'
  }
}

/** Is the body what was signed, byte for byte? Asked after {@link doubtHeaders}. */
export function doubtBody({ verify, secrets }: IntakeSource, { header }: Signed, body: Uint8Array): Doubt | null {
  const said = (name: string): string => header(name) ?? ''
  const proved = (given: string[], sign: (secret: string) => string): Doubt | null =>
    oneOf(secrets, (secret) => oneOf(given, (each) => alike(each, sign(secret)))) ? null : 'wrong'
  switch (verify) {
    case 'none':
    case 'owner':
    case 'token':
      return null
    case 'standard': {
      const head = `${said('webhook-id')}.${said('webhook-timestamp')}.`
      return proved(
        words(said('webhook-signature')),
        (secret) => `v1,${hmac(standardKey(secret), 'base64', head, body)}`,
      )
    }
    case 'zendesk': {
      const head = said('x-zendesk-webhook-signature-timestamp')
      return proved([said('x-zendesk-webhook-signature')], (secret) => hmac(secret, 'base64', head, body))
    }
    case 'whatsapp':
      return proved([said('x-hub-signature-256').toLowerCase()], (secret) => `sha256=${hmac(secret, 'hex', '', body)}`)
  }
}

/** WhatsApp asks once whether the address is meant: what to answer, or null to somebody else. */
export function answerChallenge(source: IntakeSource, query: (name: string) => string | undefined): string | null {
  const [token, challenge] = [query('hub.verify_token'), query('hub.challenge')]
  if (!source.challenge || query('hub.mode') !== 'subscribe' || !token || !challenge) return null
  return alike(token, source.challenge) && /^[\w.-]{1,200}$/.test(challenge) ? challenge : null
}

/** A secret of Standard Webhooks is base64, with `whsec_` before it or without. */
export function standardKey(secret: string): Buffer {
  return Buffer.from(secret.replace(/^whsec_/, ''), 'base64')
}

function age(sent: number, now: number): Doubt | null {
  return Math.abs(now - sent) <= tolerance ? null : 'stale'
}

function hmac(key: string | Buffer, form: 'hex' | 'base64', head: string, body: Uint8Array): string {
  return createHmac('sha256', key).update(head).update(body).digest(form)
}

export function bearer(header: string | undefined): string | null {
  const [scheme, token] = words(header)
  return scheme?.toLowerCase() === 'bearer' && token ? token : null
}

/** In a time that tells nothing of the texts, their lengths neither. Texts, because many texts are one list of bytes to a lenient decoder. */
export function alike(given: string, wanted: string): boolean {
  const digest = (text: string): Buffer => createHash('sha256').update(text).digest()
  return timingSafeEqual(digest(given), digest(wanted))
}

/** All are tried, whichever fits. */
function oneOf(all: string[], fits: (each: string) => boolean): boolean {
  return all.map(fits).includes(true)
}

/** At most so many signatures are looked at. */
const words = (text = ''): string[] => text.trim().split(/ +/, 10).filter(Boolean)
