import type { Store } from '../store/store.ts'

/** Answers that hold as long as a version is open, by what was asked. */
export type Memory<T> = WeakMap<Store, Map<string, Promise<T>>>

const most = 500

/** What was answered before, else a new answer. A failure is not kept; the oldest gives way, as filters come in any number. */
export function remember<T>(memory: Memory<T>, store: Store, id: string, find: () => Promise<T>): Promise<T> {
  const known = memory.get(store) ?? new Map<string, Promise<T>>()
  memory.set(store, known)
  const found = known.get(id)
  if (found) return found
  const oldest = known.keys().next().value
  if (known.size >= most && oldest !== undefined) known.delete(oldest)
  const answer = find()
  known.set(id, answer)
  answer.catch(() => known.delete(id))
  return answer
}
