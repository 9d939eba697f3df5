import { RapportError } from '../../errors.ts'
import { LONGEST_LINE } from './lines.ts'

/** One value of a JSON table as bytes: cut out before anything is parsed, so its size and depth are known first. */
export interface RawValue {
  /** The list that it stands in: keys from the outside in; '' for a list at the top. */
  list: string
  /** Physical line on which it begins. */
  line: number
  /** Its bytes; only their beginning when it is broken. */
  bytes: Buffer
  /** Colons outside strings: as many as it has keys, unless a key stands twice. */
  keys: number
  broken?: 'too-deep' | 'line-too-long' | 'unterminated'
}

/** Deeper nesting is no table, and a parser that recurses would run out of stack. */
export const DEEPEST = 64

const QUOTE = 34
const BACKSLASH = 92
const [OPEN_OBJECT, CLOSE_OBJECT, OPEN_LIST, CLOSE_LIST] = [123, 125, 91, 93]
const [COLON, COMMA, LF] = [58, 44, 10]

/**
 * Cuts the elements of the lists of a JSON document out of its bytes: of a list at the top, or of the lists in the objects
 * around them (`{"data": {"items": [...]}}`). It walks bytes with a depth counter, so no document is ever held whole. A
 * document without a list gives nothing.
 */
export class JsonScanner {
  private readonly path: string
  private readonly emit: (value: RawValue) => void
  /** Keys of the objects around the lists. */
  private wrapper: string[] = []
  private place: 'start' | 'wrapper' | 'list' | 'element' | 'end' = 'start'
  private depth = 0
  private inString = false
  private escaped = false
  private line = 1
  private elementLine = 1
  private keys = 0
  private parts: Buffer[] = []
  private size = 0
  private deepest = 0
  /** Where the key or element begins in the current chunk; -1: it has not begun. */
  private from = -1
  private key: Buffer[] = []
  private inKey = false
  private lastKey = ''

  constructor(path: string, emit: (value: RawValue) => void) {
    this.path = path
    this.emit = emit
  }

  push(chunk: Buffer): void {
    if (this.place === 'element') this.from = 0
    if (this.inKey) this.from = 0
    for (let i = 0; i < chunk.length; i++) {
      const byte = chunk[i] as number
      if (byte === LF) this.line++
      if (this.inString) this.stringByte(chunk, i, byte)
      else if (this.place === 'element') this.elementByte(chunk, i, byte)
      else if (byte > 32) this.frameByte(i, byte)
    }
    if (this.place === 'element') this.keep(chunk.subarray(this.from))
    else if (this.inKey) this.key.push(Buffer.from(chunk.subarray(this.from)))
  }

  end(): void {
    if (this.place === 'element') {
      if (this.depth > 0 || this.inString) this.finish('unterminated')
      else this.finish()
    } else if (this.place !== 'end') throw this.shape('it ends in the middle')
  }

  private stringByte(chunk: Buffer, i: number, byte: number): void {
    if (this.escaped) this.escaped = false
    else if (byte === BACKSLASH) this.escaped = true
    else if (byte === QUOTE) {
      this.inString = false
      if (!this.inKey) return
      this.inKey = false
      const text = Buffer.concat([...this.key, chunk.subarray(this.from, i + 1)]).toString('utf8')
      this.key = []
      this.lastKey = text.slice(1, -1)
    }
  }

  /** A byte of an element: only its depth and its keys are followed. */
  private elementByte(chunk: Buffer, i: number, byte: number): void {
    if (byte === QUOTE) this.inString = true
    else if (byte === COLON) this.keys++
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.deepest = Math.max(this.deepest, ++this.depth)
    else if ((byte === CLOSE_OBJECT || byte === CLOSE_LIST) && this.depth > 0) this.depth--
    else if (this.depth === 0 && (byte === COMMA || byte === CLOSE_LIST || byte === CLOSE_OBJECT)) {
      this.keep(chunk.subarray(this.from, i))
      this.finish()
      this.frameByte(i, byte)
    }
  }

  /** A byte of the frame around the elements. */
  private frameByte(i: number, byte: number): void {
    switch (this.place) {
      case 'start':
        if (byte === OPEN_LIST) this.place = 'list'
        else if (byte === OPEN_OBJECT) this.place = 'wrapper'
        else throw this.shape('it is a single value')
        if (this.place === 'wrapper') this.wrapper.push('')
        return
      case 'wrapper':
        this.wrapperByte(i, byte)
        return
      case 'list':
        if (byte === CLOSE_LIST) this.closeList()
        else if (byte !== COMMA) this.begin(i, byte)
        return
      case 'element':
        return
      case 'end':
        throw this.shape(`something follows its end on line ${this.line}`)
    }
  }

  private wrapperByte(i: number, byte: number): void {
    if (byte === QUOTE) {
      this.inString = true
      this.inKey = true
      this.from = i
    } else if (byte === OPEN_OBJECT) {
      this.wrapper.push(this.lastKey)
      if (this.wrapper.length > DEEPEST) throw this.shape(`it is nested deeper than ${DEEPEST} levels`)
    } else if (byte === OPEN_LIST) {
      this.wrapper.push(this.lastKey)
      this.place = 'list'
    } else if (byte === CLOSE_OBJECT) this.closeWrapper()
  }

  private closeList(): void {
    if (this.wrapper.length === 0) this.place = 'end'
    else {
      this.wrapper.pop()
      this.place = 'wrapper'
    }
  }

  private closeWrapper(): void {
    this.wrapper.pop()
    if (this.wrapper.length === 0) this.place = 'end'
  }

  private begin(i: number, byte: number): void {
    this.place = 'element'
    this.from = i
    this.elementLine = this.line
    this.keys = 0
    this.deepest = 0
    this.depth = 0
    if (byte === QUOTE) this.inString = true
    else if (byte === OPEN_OBJECT || byte === OPEN_LIST) this.deepest = this.depth = 1
  }

  private keep(bytes: Buffer): void {
    this.size += bytes.length
    if (this.size <= LONGEST_LINE || this.parts.length === 0)
      this.parts.push(Buffer.from(bytes.subarray(0, LONGEST_LINE)))
  }

  private finish(broken?: RawValue['broken']): void {
    const why = this.deepest > DEEPEST ? 'too-deep' : this.size > LONGEST_LINE ? 'line-too-long' : broken
    const list = this.wrapper.slice(1).join('.')
    const bytes = Buffer.concat(this.parts)
    this.emit({
      list,
      line: this.elementLine,
      bytes: why ? bytes.subarray(0, 8000) : bytes,
      keys: this.keys,
      ...(why ? { broken: why } : {}),
    })
    this.parts = []
    this.size = 0
    this.place = 'list'
  }

  private shape(why: string): RapportError {
    return jsonShape(this.path, why)
  }
}

export function jsonShape(path: string, why: string): RapportError {
  return new RapportError({
    code: 'json-shape',
    message: `${path} is JSON, but no list of objects: ${why}.`,
    where: path,
    fix: 'Write it as [{...}, {...}], as {"name": [{...}]}, or with one object per line (NDJSON).',
  })
}
