import type { ChatLine } from './chat-line.ts'

/** What stands in a message of an exported chat. */
export type ChatKind = 'text' | 'media' | 'deleted' | 'system'

/** `<Media omitted>` and its like in any language; a file named by the app. */
const MEDIA = /^<[^<>]{3,80}>$|^\S.{0,200}\.[a-z0-9]{2,5} \([^()]{3,40}\)$/i
const DELETED =
  /^(this message was deleted|you deleted this message|ce message a été supprimé|vous avez supprimé ce message|se eliminó este mensaje|este mensaje fue eliminado|eliminaste este mensaje|diese nachricht wurde gelöscht|du hast diese nachricht gelöscht|mensagem apagada|você apagou esta mensagem|questo messaggio è stato eliminato|hai eliminato questo messaggio)\.?$/i
/** Notices that an iPhone writes in the name of the other side. */
const NOTICE =
  /end-to-end|bout en bout|extremo a extremo|ende-zu-ende|ponta a ponta|end-to-end-verschl|crittografat|(missed|appel .* manqué|llamada perdida|verpasster?) ?(voice|video|vocal)?|security code|code de sécurité|código de seguridad|sicherheitsnummer/i

/** A message that the app wrote, not a keyboard, is a notice, a deleted message or an attachment. */
export function chatKind({ sender, text, marked }: Pick<ChatLine, 'sender' | 'text' | 'marked'>): ChatKind {
  if (sender === null) return 'system'
  const line = text.trim()
  if (DELETED.test(line)) return 'deleted'
  if (marked && NOTICE.test(line)) return 'system'
  return marked || MEDIA.test(line) ? 'media' : 'text'
}
