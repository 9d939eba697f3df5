import { z } from 'zod'

const column = z.string().min(1)

/** What the key of a file of amounts is compared with. */
export const accountKeys = ['id', 'email', 'phone'] as const

/** A file of amounts by customer, from whatever system: columns by their names, and what its key is compared with. */
export const accountsSchema = z.strictObject({
  id: z
    .string()
    .regex(/^[a-z][a-z0-9-]*$/, 'lower-case letters, digits and dashes, such as billing')
    .default('accounts'),
  files: z.union([z.string(), z.array(z.string()).min(1)]),
  customer: column.describe('Column that says whose amount it is.'),
  matches: z
    .enum(accountKeys)
    .default('id')
    .describe('What of a customer that column holds: the number that a source gives, the e-mail address or the phone.'),
  source: z
    .string()
    .optional()
    .describe('With matches: id where several sources number their customers: the one whose numbers these are.'),
  amount: column.describe('Column with the amount; paid back where it is negative.'),
  on: column.optional().describe('Column with the day, or the month: 2026-03-31 or 2026-03.'),
  kind: column.optional().describe('Column that says what kind of amount it is.'),
  name: column.optional(),
  segment: column.optional(),
  market: column.optional(),
  joined: column.optional().describe('Column with the day on which the customer began.'),
  left: column.optional().describe('Column with the day on which the customer left; empty for those who stay.'),
})

export type AccountsFile = z.infer<typeof accountsSchema>
/** As a person writes it. */
export type AccountsSpec = z.input<typeof accountsSchema>
