import type { Share } from '../draw.ts'

/** Weight of each hour of the day, and of each weekday from Monday: busy at both ends of the week, quiet at the weekend. */
export const hourWeights = [1, 1, 1, 1, 1, 1, 2, 4, 8, 20, 40, 46, 42, 36, 40, 44, 46, 42, 34, 22, 12, 6, 3, 2] as const
export const weekdayWeights = [108, 98, 94, 96, 106, 38, 24] as const

export const priorities: readonly Share[] = [
  { word: 'Low', share: 14 },
  { word: 'Normal', share: 62 },
  { word: 'High', share: 18 },
  { word: 'Urgent', share: 6 },
]

/** States of what is not solved, with their weights. The published figures have no deleted case; exports of today do. */
export const unsolved = { Open: 1180, Pending: 560, Hold: 215, New: 112 } as const
export const deleted = 180

export const categories: readonly Share[] = [
  { word: '-', share: 34 },
  { word: 'claim_status', share: 14 },
  { word: 'policy_document', share: 12 },
  { word: 'add_member', share: 11 },
  { word: 'remove_member', share: 8 },
  { word: 'cashless_request', share: 8 },
  { word: 'claim_status, document_missing', share: 7 },
  { word: 'health_card', share: 6 },
]

/** Deciles that only give the shape: every total is set by the published means. */
export const durationDeciles = [12, 40, 70, 105, 145, 190, 250, 330, 440, 640, 1300] as const
export const assignmentDeciles = [0, 0, 1, 1, 1, 2, 2, 3, 3, 4, 12] as const
/** Minutes within business hours, and percent of them by team. */
export const replyDeciles = [1, 6, 12, 20, 32, 48, 70, 105, 170, 320, 900] as const
export const replyPercent = { Support: 55, Endorsements: 140, 'Reimbursement Claims': 160, Onboardings: 210 } as const
/** Percent of the common length of a closed case, by how it came in: a follow-up of a closed case takes longest. */
export const viaPercent = { Mail: 100, OutBound: 105, 'Internal Communication': 40, 'Closed Ticket': 170 } as const

/** Percent of the requesters who wrote before. */
export const repeatPercent = 30

/** Faults beside the columns' own (scientific notation, "Offered", day first), in records of 1,000. */
export interface Stain {
  says: string
  perThousand: number
  /** Records that no two CSV readers agree on. */
  hard?: true
}

export const stains = {
  unquotedComma: { says: 'A comma in Via without quotes: one field too many', perThousand: 3 },
  duplicate: { says: 'The record before, once more', perThousand: 2 },
  unreadableMoment: { says: 'Updated at is no moment', perThousand: 2 },
  blank: { says: 'Every field is empty', perThousand: 1 },
  shortRecord: { says: 'The last four fields are missing', perThousand: 2, hard: true },
} as const satisfies Record<string, Stain>
