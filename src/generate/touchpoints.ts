import { drawsOf } from './draw.ts'
import type { Generator } from './generator.ts'
import { callFile, caseFile, chatFile, mailFile, merchantFile } from './touchpoints/files.ts'
import { sizesOf } from './touchpoints/sizes.ts'

/** Merchants of eight European markets who call, chat and write: the export of four systems in five files. */
export const touchpoints: Generator = {
  name: 'touchpoints',
  says: 'Calls, chats, e-mails, cases and merchants of eight European markets: five CSV of four systems.',
  rows: 20_000,
  files: (generation) => {
    const making = { sizes: sizesOf(generation), generation, draws: drawsOf(generation.seed) }
    return [callFile, chatFile, caseFile, mailFile, merchantFile].map((file) => file(making))
  },
}
