import { RapportError } from '../../../errors.ts'

/** Bytes of bodies that may be held at once, over all senders: what comes beyond waits outside. */
const mostHeld = 64 << 20

/** Reads bodies whole, none longer than its limit and all of them together no more than a bound. */
export function createReader(most = mostHeld) {
  let held = 0
  /** Reads a body and hands it on; its bytes count until the work with it ends. */
  return async function withBody<T>(request: Request, limit: number, work: (body: Buffer) => Promise<T>): Promise<T> {
    const told = lengthOf(request)
    if (told > limit) throw tooLarge(limit)
    let mine = 0
    const hold = (bytes: number): void => {
      mine += bytes
      held += bytes
      if (mine > limit) throw tooLarge(limit)
      if (held > most) throw tooMany()
    }
    try {
      // A length that was told is the length: Node reads no further. Read at once it costs half of what a stream does.
      if (told > 0) {
        hold(told)
        return await work(Buffer.from(await request.arrayBuffer()))
      }
      const parts: Uint8Array[] = []
      if (request.body)
        for await (const part of request.body as unknown as AsyncIterable<Uint8Array>) {
          hold(part.byteLength)
          parts.push(part)
        }
      return await work(Buffer.concat(parts))
    } finally {
      held -= mine
    }
  }
}

/** 0 where it is not told; what is in pieces has none that counts. */
function lengthOf({ headers }: Request): number {
  const told = headers.get('transfer-encoding') === null ? Number(headers.get('content-length') ?? 0) : 0
  return Number.isSafeInteger(told) ? told : 0
}

function tooLarge(limit: number): RapportError {
  return new RapportError({
    code: 'body-too-large',
    message: `The body is larger than ${limit >> 20} MB.`,
    fix: 'Send fewer records at once.',
  })
}

function tooMany(): RapportError {
  return new RapportError({
    code: 'intake-busy',
    message: 'More arrives than can be taken at once.',
    fix: 'Send it again after the seconds that Retry-After names.',
  })
}
