import type { Queue } from './queue.ts'

interface StreamOptions {
  /** Written before the first line. */
  start: string
  /** Each piece waits for its turn; a slow reader holds no place between two pieces. */
  turn: Queue
  /** Called once, at the end or when the reader goes away. */
  done(): void
}

/**
 * Text as bytes, piece by piece, no faster than it is read. The first piece is read before the answer starts: what is refused
 * is refused with a status, not in the middle of a file.
 */
export async function streamText(
  lines: Iterable<string> | AsyncIterable<string>,
  options: StreamOptions,
): Promise<ReadableStream<Uint8Array>> {
  const iterator = iteratorOf(lines)
  const encoder = new TextEncoder()
  const read = () => options.turn(async () => iterator.next())
  let next: IteratorResult<string> | null = await read()
  let text = options.start
  return new ReadableStream({
    async pull(controller) {
      try {
        next ??= await read()
        if (next.done) {
          controller.close()
          options.done()
          return
        }
        controller.enqueue(encoder.encode(text + next.value))
        next = null
        text = ''
      } catch (error) {
        controller.error(error)
        options.done()
      }
    },
    async cancel() {
      await iterator.return?.()
      options.done()
    },
  })
}

function iteratorOf(lines: Iterable<string> | AsyncIterable<string>): Iterator<string> | AsyncIterator<string> {
  return Symbol.asyncIterator in lines ? lines[Symbol.asyncIterator]() : lines[Symbol.iterator]()
}
