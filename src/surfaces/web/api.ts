import type { Problem } from '../../errors.ts'

/** What the server refused, or that it could not be reached. */
export class RequestProblem extends Error {
  readonly problem: Problem

  constructor(problem: Problem) {
    super(problem.message)
    this.problem = problem
  }
}

/** JSON of the server. A newer question with the same signal holder cancels the older one: see `latest`. */
export async function ask<T>(path: string, init: RequestInit = {}): Promise<T> {
  const answer = await fetch(path, { ...init, headers: { accept: 'application/json', ...init.headers } }).catch(
    (error: unknown) => {
      if (error instanceof DOMException && error.name === 'AbortError') throw error
      throw new RequestProblem({ code: 'unreachable', message: '' })
    },
  )
  if (answer.ok) return (await answer.json()) as T
  const problem = (await answer.json().catch(() => null)) as Problem | null
  throw new RequestProblem(problem ?? { code: 'unexpected', message: '' })
}

/** One kind of question of which only the newest answer counts. */
export function latest(): () => AbortSignal {
  let current = new AbortController()
  return () => {
    current.abort()
    current = new AbortController()
    return current.signal
  }
}

export function isAbort(error: unknown): boolean {
  return error instanceof DOMException && error.name === 'AbortError'
}

const answers = new Map<string, Promise<unknown>>()

/** Asks once as long as the data does not change: the catalogue, the words. */
export function askOnce<T>(path: string): Promise<T> {
  let answer = answers.get(path)
  if (!answer) {
    answer = ask<T>(path)
    answer.catch(() => answers.delete(path))
    answers.set(path, answer)
  }
  return answer as Promise<T>
}

/** New data or another language: what was asked once is asked again. */
export function forgetAnswers(): void {
  answers.clear()
}
