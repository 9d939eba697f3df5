import type { Store } from '../store/store.ts'
import type { MetricContext } from './context.ts'

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

/**
 * The same for an answer in words, or of what personal data say: it is kept for viewers of the same language who may see as much. What
 * holds no word and no person is remembered for everybody by `remember`.
 */
export function rememberFor<T>(
  memory: Memory<T>,
  { store, viewer, words }: Pick<MetricContext, 'store' | 'viewer' | 'words'>,
  asked: unknown,
  find: () => Promise<T>,
): Promise<T> {
  return remember(memory, store, JSON.stringify([asked ?? null, words.locale, viewer.personalData]), find)
}
