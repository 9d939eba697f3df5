import { RapportError } from '../../errors.ts'

export interface QueueLimits {
  /** Requests that may use the engine at once: below the thread pool's size, so that files can still be read. */
  running: number
  /** Requests that may wait for their turn. */
  waiting: number
  /** Milliseconds from arrival to answer. */
  deadline: number
}

export const queueLimits: QueueLimits = { running: 16, waiting: 64, deadline: 30_000 }

/** Takes work in turn; says no at once when too much waits, and gives up on what takes too long. */
export type Queue = <T>(work: () => Promise<T>) => Promise<T>

/** A place keeps its work until the work itself ends, also past the deadline: otherwise the limit would be none. */
export function createQueue(limits: QueueLimits = queueLimits): Queue {
  let running = 0
  const line: (() => void)[] = []
  const leave = () => {
    running--
    line.shift()?.()
  }
  const enter = (signal: AbortSignal) =>
    new Promise<void>((resolve) => {
      const start = () => {
        running++
        resolve()
      }
      if (running < limits.running) return start()
      line.push(start)
      signal.addEventListener('abort', () => {
        const at = line.indexOf(start)
        if (at >= 0) line.splice(at, 1)
      })
    })
  return async (work) => {
    if (running >= limits.running && line.length >= limits.waiting) throw busy()
    const late = new AbortController()
    let timer: NodeJS.Timeout | undefined
    const deadline = new Promise<never>((_, reject) => {
      timer = setTimeout(() => {
        late.abort()
        reject(tooLong(limits.deadline))
      }, limits.deadline)
    })
    const turn = enter(late.signal).then(() => work().finally(leave))
    turn.catch(() => {})
    return Promise.race([turn, deadline]).finally(() => clearTimeout(timer))
  }
}

function busy(): RapportError {
  return new RapportError({
    code: 'busy',
    message: 'Too many questions wait for an answer.',
    fix: 'Try again in a second.',
  })
}

function tooLong(milliseconds: number): RapportError {
  return new RapportError({
    code: 'took-too-long',
    message: `The answer took longer than ${milliseconds / 1000} seconds.`,
    fix: 'Ask for a shorter range or for fewer metrics.',
  })
}
