import { eventFile } from './experience/events.ts'
import { churnFile, customerFile, interactionFile, revenueFile, surveyFile } from './experience/files.ts'
import { makingOf } from './experience/making.ts'
import type { Generator } from './generator.ts'

/** Subscribers of a service, how they are served, what they say of it, what they pay and who leaves: six CSV. */
export const experience: Generator = {
  name: 'experience',
  says: 'Subscribers, their contacts, answers to surveys, payments and leavings, with a planted reason for each: six CSV.',
  rows: 40_000,
  opensOn: 'insights',
  period: { weeks: 78, start: '2024-01-01' },
  files: (generation) => {
    const making = makingOf(generation)
    return [customerFile, interactionFile, eventFile, surveyFile, revenueFile, churnFile].map((file) => file(making))
  },
}
