import type { Problem } from '../../errors.ts'
import { createSignal } from './signal.ts'

/** What went wrong with the last step, and how to try it again. */
export const failure = createSignal<{ problem: Problem; retry: () => void } | null>(null)
