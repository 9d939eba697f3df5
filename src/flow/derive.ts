import { promises } from './derive/promises.ts'
import type { DeriveStep } from './derive/step.ts'
import { turns } from './derive/turns.ts'

/** In their order: a later step may read what an earlier one wrote. */
export const deriveSteps: DeriveStep[] = [promises, turns]
