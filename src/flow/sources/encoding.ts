import { isUtf8 } from 'node:buffer'
import { RapportError } from '../../errors.ts'

/** `windows-1252` is never guessed from the head: it is what remains when the whole file is not UTF-8. */
export type Encoding = 'utf-8' | 'utf-16le' | 'utf-16be' | 'windows-1252'

/** What the head tells: a byte order mark, or the NUL pattern of UTF-16. Whether UTF-8 holds to the end, the scan says. */
export function encodingOfHead(
  head: Buffer,
  path: string,
): { encoding: 'utf-8' | 'utf-16le' | 'utf-16be'; bom: number } {
  if (startsWith(head, [0xff, 0xfe, 0, 0]) || startsWith(head, [0, 0, 0xfe, 0xff])) throw utf32(path)
  if (startsWith(head, [0xef, 0xbb, 0xbf])) return { encoding: 'utf-8', bom: 3 }
  if (startsWith(head, [0xff, 0xfe])) return { encoding: 'utf-16le', bom: 2 }
  if (startsWith(head, [0xfe, 0xff])) return { encoding: 'utf-16be', bom: 2 }
  return { encoding: utf16WithoutMark(head) ?? 'utf-8', bom: 0 }
}

/** Latin text in UTF-16 has a NUL in every second byte; a file with some NULs in it does not. */
function utf16WithoutMark(head: Buffer): 'utf-16le' | 'utf-16be' | undefined {
  const pairs = Math.min(head.length >> 1, 2048)
  if (pairs < 2) return undefined
  let even = 0
  let odd = 0
  for (let i = 0; i < pairs; i++) {
    if (head[2 * i] === 0) even++
    if (head[2 * i + 1] === 0) odd++
  }
  if (odd > pairs * 0.6 && even < pairs * 0.1) return 'utf-16le'
  if (even > pairs * 0.6 && odd < pairs * 0.1) return 'utf-16be'
  return undefined
}

/** The 32 characters that Windows-1252 has where Latin-1 has none. Node 20's own decoder reads it as Latin-1. */
const BEYOND_LATIN1 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ'

function decodeWindows1252(latin1: string): string {
  return latin1.replace(/[\x80-\x9f]/g, (c) => BEYOND_LATIN1[c.charCodeAt(0) - 0x80] as string)
}

const utf8 = new TextDecoder('utf-8', { ignoreBOM: true })

/** One line as text. Lines are judged one by one because files that were glued together mix both encodings. */
export function decodeLine(bytes: Buffer): { text: string; encoding: 'ascii' | 'utf-8' | 'windows-1252' } {
  const text = bytes.toString('latin1')
  // A regular expression over a one-byte string is quicker than a second pass over the bytes.
  if (!/[\x80-\xff]/.test(text)) return { text, encoding: 'ascii' }
  if (isUtf8(bytes)) return { text: utf8.decode(bytes), encoding: 'utf-8' }
  return { text: decodeWindows1252(text), encoding: 'windows-1252' }
}

/** The head as text, for the sniffers: a sequence cut at its end does not make it Windows-1252. */
export function decodeHead(head: Buffer, encoding: Encoding, bom: number): string {
  const body = head.subarray(bom)
  if (encoding === 'utf-16le' || encoding === 'utf-16be') return new TextDecoder(encoding).decode(body)
  for (let cut = 0; cut <= 3; cut++)
    if (isUtf8(body.subarray(0, body.length - cut))) return utf8.decode(body.subarray(0, body.length - cut))
  return decodeWindows1252(body.toString('latin1'))
}

/** UTF-16 re-encoded as UTF-8, chunk by chunk, so that one line reader serves all encodings. */
export async function* toUtf8(
  chunks: AsyncIterable<Buffer>,
  encoding: 'utf-16le' | 'utf-16be',
): AsyncGenerator<Buffer> {
  const decoder = new TextDecoder(encoding)
  for await (const chunk of chunks) yield Buffer.from(decoder.decode(chunk, { stream: true }))
  const rest = decoder.decode()
  if (rest) yield Buffer.from(rest)
}

function startsWith(head: Buffer, bytes: number[]): boolean {
  return head.length >= bytes.length && bytes.every((byte, i) => head[i] === byte)
}

function utf32(path: string): RapportError {
  return new RapportError({
    code: 'encoding-unsupported',
    message: `${path} is written in UTF-32, which no common tool exports.`,
    where: path,
    fix: 'Save it as UTF-8.',
  })
}
