import { actors } from './derive/actors.ts'
import type { DeriveStep } from './derive/step.ts'

/** In their order: a later step may read what an earlier one wrote. */
export const deriveSteps: DeriveStep[] = [actors]
