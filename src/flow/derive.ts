import { actors } from './derive/actors.ts'
import { ages } from './derive/ages.ts'
import { balanceMonths } from './derive/balance-months.ts'
import { caseProducts } from './derive/case-products.ts'
import { clocks } from './derive/clocks.ts'
import { contactGaps } from './derive/contact-gaps.ts'
import { completeContacts } from './derive/contacts.ts'
import { containment } from './derive/containment.ts'
import { conversations } from './derive/conversations.ts'
import { holdings } from './derive/holdings.ts'
import { identityStep } from './derive/identity.ts'
import { leavings } from './derive/leavings.ts'
import { promises } from './derive/promises.ts'
import { repeats } from './derive/repeats.ts'
import { mergeSpaces } from './derive/spaces.ts'
import type { DeriveStep } from './derive/step.ts'
import { surveyLinks } from './derive/survey-links.ts'
import { turns } from './derive/turns.ts'
import { worth } from './derive/worth.ts'

/** In their order: a later step may read what an earlier one wrote. */
export const deriveSteps: DeriveStep[] = [
  mergeSpaces,
  actors,
  conversations,
  surveyLinks,
  identityStep,
  ages,
  completeContacts,
  contactGaps,
  holdings,
  leavings,
  worth,
  caseProducts,
  repeats,
  containment,
  balanceMonths,
  promises,
  turns,
  clocks,
]
