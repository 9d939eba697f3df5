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
}

/** A line of more bytes is not kept: the engine would need sixteen times as much to read it. */
export const LONGEST_LINE = 16 << 20

const LF = 10
const CR = 13

/** Physical lines of a UTF-8 or Windows-1252 file: `\n`, `\r\n` and `\r` all end one, since glued files mix them. */
export async function* readLines(chunks: AsyncIterable<Buffer>, longest = LONGEST_LINE): AsyncGenerator<Line[]> {
  let number = 0
  let kept: Buffer[] = []
  let keptBytes = 0
  let afterReturn = false
  const take = (bytes: Buffer, end: Line['end']): Line => {
    const whole = kept.length > 0 ? Buffer.concat([...kept, bytes]) : bytes
    const tooLong = keptBytes + bytes.length > longest
    kept = []
    keptBytes = 0
    number++
    return { number, end, tooLong, ...decodeLine(tooLong ? whole.subarray(0, 8000) : whole) }
  }
  for await (const chunk of chunks) {
    const lines: Line[] = []
    let from = 0
    // A `\r` that ended the chunk before was already a line; its `\n` belongs to it.
    if (afterReturn && chunk[0] === LF) from = 1
    afterReturn = chunk[chunk.length - 1] === CR
    let lf = chunk.indexOf(LF, from)
    let cr = chunk.indexOf(CR, from)
    while (lf !== -1 || cr !== -1) {
      const at = cr === -1 || (lf !== -1 && lf < cr) ? lf : cr
      const isPair = at === cr && lf === cr + 1
      lines.push(take(chunk.subarray(from, at), isPair ? '\r\n' : at === lf ? '\n' : '\r'))
      from = at + (isPair ? 2 : 1)
      if (lf !== -1 && lf < from) lf = chunk.indexOf(LF, from)
      if (cr !== -1 && cr < from) cr = chunk.indexOf(CR, from)
    }
    const rest = chunk.subarray(from)
    // What is over the limit is counted, not kept.
    if (rest.length > 0 && keptBytes <= longest) kept.push(Buffer.from(rest))
    keptBytes += rest.length
    if (lines.length > 0) yield lines
  }
  if (keptBytes > 0) yield [take(Buffer.alloc(0), '')]
}
