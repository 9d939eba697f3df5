import { useEffect, useState } from 'react'
import type { Problem } from '../../errors.ts'
import { isAbort, RequestProblem } from './api.ts'
import { say } from './language.ts'

export type Loaded<T> =
  | { value: T; problem?: undefined }
  | { value?: undefined; problem: Problem }
  | Record<string, never>

/** The answer to a question that a component asks when it appears; the old answer stays until the new one is here. */
export function useAnswer<T>(key: string, load: (signal: AbortSignal) => Promise<T>): Loaded<T> {
  const [state, setState] = useState<Loaded<T>>({})
  // biome-ignore lint/correctness/useExhaustiveDependencies: the key says when the question changes.
  useEffect(() => {
    const controller = new AbortController()
    load(controller.signal)
      .then((value) => !controller.signal.aborted && setState({ value }))
      .catch((error: unknown) => {
        if (isAbort(error) || controller.signal.aborted) return
        const known = error instanceof RequestProblem && error.problem.message
        setState({ problem: known ? error.problem : { code: 'unreachable', message: say('error.unreachable') } })
      })
    return () => controller.abort()
  }, [key])
  return state
}
