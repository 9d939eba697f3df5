import type { Settings } from '../../config/settings.ts'
import type { Problem } from '../../errors.ts'
import type { Store } from '../../store/store.ts'

/** What a step between loading and checking works with. */
export interface DeriveContext {
  store: Store
  settings: Settings
  /** Folder of `rapport.yaml`; null when files were named directly. */
  directory: string | null
  /** Newest event of the sources, ISO UTC; null without any. */
  newest: () => Promise<string | null>
}

/**
 * Fills in what no single record says: who is who, what was promised, how long it took. A step reads and writes `cx` tables; those
 * that it writes it first makes with `makeColumns`, because a column that no load filled is not there yet.
 */
export interface DeriveStep {
  name: string
  /** Answers what is worth saying about it. */
  run(context: DeriveContext): Promise<Problem[]>
}
