import { isAscii } from 'node:buffer'
import { decodeLine } from './encoding.ts'

/** One physical line. */
export interface Line {
  number: number
  text: string
  /** Its end as written, '' at the end of the file. */
  end: '\n' | '\r\n' | '\r' | ''
  encoding: 'ascii' | 'utf-8' | 'windows-1252'
  /** Longer than `LONGEST_LINE`: `text` is only its beginning. */
  tooLong: boolean
  nul: boolean
}

/** A line of more bytes is not kept: the engine would need sixteen times as much to read it. */
export const LONGEST_LINE = 16 << 20

const LF = 10
const CR = 13
const NOTHING = Buffer.alloc(0)

/** Physical lines of a UTF-8 or Windows-1252 file: `\n`, `\r\n` and `\r` all end one, since glued files mix them. */
export async function* readLines(chunks: AsyncIterable<Buffer>, longest = LONGEST_LINE): AsyncGenerator<Line[]> {
  const kept = new KeptBytes(longest)
  let number = 0
  // A `\r` that ended the chunk before: the next byte says whether it was half of `\r\n`.
  let afterReturn = false
  for await (const chunk of chunks) {
    const lines: Line[] = []
    // Most chunks are plain: one decoding for all their lines is three times as quick as one for each.
    const plain = isAscii(chunk) && !chunk.includes(0) ? chunk.toString('latin1') : undefined
    let from = 0
    if (afterReturn) {
      from = chunk[0] === LF ? 1 : 0
      lines.push(kept.line(NOTHING, ++number, from === 1 ? '\r\n' : '\r'))
    }
    afterReturn = chunk[chunk.length - 1] === CR
    const until = afterReturn ? chunk.length - 1 : chunk.length
    for (const end of lineEnds(chunk, from, until)) {
      number++
      const at = chunk[end - 1] === LF && end - 2 >= from && chunk[end - 2] === CR ? end - 2 : end - 1
      const mark = at === end - 2 ? '\r\n' : chunk[at] === LF ? '\n' : '\r'
      if (plain === undefined || kept.size > 0) lines.push(kept.line(chunk.subarray(from, at), number, mark))
      else lines.push({ number, end: mark, text: plain.slice(from, at), encoding: 'ascii', tooLong: false, nul: false })
      from = end
    }
    if (from < until) kept.add(chunk.subarray(from, until))
    if (lines.length > 0) yield lines
  }
  if (afterReturn || kept.size > 0) yield [kept.line(NOTHING, number + 1, afterReturn ? '\r' : '')]
}

/** Where lines end in a chunk: behind each `\n`, `\r\n` or `\r`. */
function* lineEnds(chunk: Buffer, start: number, until: number): Generator<number> {
  let lf = chunk.indexOf(LF, start)
  let cr = chunk.indexOf(CR, start)
  for (;;) {
    if (cr >= until) cr = -1
    if (lf === -1 && cr === -1) return
    const at = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr
    const end = at === cr && lf === cr + 1 ? at + 2 : at + 1
    yield end
    if (lf !== -1 && lf < end) lf = chunk.indexOf(LF, end)
    if (cr !== -1 && cr < end) cr = chunk.indexOf(CR, end)
  }
}

/** The beginning of a line that the end of a chunk cut. What is over the limit is counted, not kept. */
class KeptBytes {
  size = 0
  private parts: Buffer[] = []
  private readonly longest: number

  constructor(longest: number) {
    this.longest = longest
  }

  add(bytes: Buffer): void {
    if (this.size <= this.longest) this.parts.push(Buffer.from(bytes))
    this.size += bytes.length
  }

  /** The line that `bytes` ends. */
  line(bytes: Buffer, number: number, end: Line['end']): Line {
    const whole = this.parts.length > 0 ? Buffer.concat([...this.parts, bytes]) : bytes
    const tooLong = this.size + bytes.length > this.longest
    this.parts = []
    this.size = 0
    return { number, end, tooLong, nul: whole.includes(0), ...decodeLine(tooLong ? whole.subarray(0, 8000) : whole) }
  }
}
