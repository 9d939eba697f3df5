import type { Generation } from '../generator.ts'
import { channelShare, perHundred, webShare } from './plants.ts'

/** How many of each there are. Calls, chats and incoming e-mails add up to the interactions that were asked for. */
export interface Sizes {
  calls: number
  chats: number
  /** Incoming e-mails, and the cases that they belong to. */
  mails: number
  mailCases: number
  webCases: number
  /** Hundreds of merchants. */
  hundreds: number
}

/** Incoming mails of five cases in a row, and how many stand before each. */
const mailsOfFive = [1, 1, 2, 1, 3]
const before = [0, 1, 2, 4, 5]
const mailsInFive = 8

export function sizesOf({ rows }: Generation): Sizes {
  const calls = Math.floor((rows * channelShare.call) / 100)
  const chats = Math.floor((rows * channelShare.chat) / 100)
  const mails = rows - calls - chats
  const rest = mails % mailsInFive
  return {
    calls,
    chats,
    mails,
    mailCases: Math.floor(mails / mailsInFive) * 5 + before.filter((each) => each < rest).length,
    webCases: Math.floor((rows * webShare) / 100),
    hundreds: Math.max(1, Math.ceil(rows / perHundred)),
  }
}

/** Incoming mails of case `i`: the last case takes what is left. */
export function mailsOfCase({ mails }: Sizes): string {
  const list = (numbers: number[]) => `[${numbers.join(', ')}]`
  const first = `(i // 5 * ${mailsInFive} + ${list(before)}[i % 5 + 1])`
  return `least(${list(mailsOfFive)}[i % 5 + 1], ${mails} - ${first})`
}
