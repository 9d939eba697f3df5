import { actors } from './derive/actors.ts'
import { clocks } from './derive/clocks.ts'
import { contactGaps } from './derive/contact-gaps.ts'
import { completeContacts } from './derive/contacts.ts'
import { identityStep } from './derive/identity.ts'
import { promises } from './derive/promises.ts'
import { mergeSpaces } from './derive/spaces.ts'
import type { DeriveStep } from './derive/step.ts'
import { turns } from './derive/turns.ts'

/** In their order: a later step may read what an earlier one wrote. */
export const deriveSteps: DeriveStep[] = [
  mergeSpaces,
  actors,
  identityStep,
  completeContacts,
  contactGaps,
  promises,
  turns,
  clocks,
]
