import { isUtf8 } from 'node:buffer'
import { depthOf } from '../body.ts'
import { elementsOf } from './json-parts.ts'

/** One record of a body as it was written, or with why it is none. */
export interface SentRecord {
  /** Line of the body on which it begins. */
  line: number
  text: string
  fault?: Fault
}

/** Why a record cannot be read. */
export interface Fault {
  code: string
  message: string
}

/** Far more than any record nests, far less than what exhausts a stack. */
const deepest = 64

export const tooDeep: Fault = { code: 'too-deep', message: `It is nested deeper than ${deepest} levels.` }
const notObject: Fault = { code: 'not-an-object', message: 'It is not an object.' }
const notJson: Fault = { code: 'not-json', message: 'It is not whole JSON.' }
const notUtf8: Fault = { code: 'not-utf8', message: 'It is not UTF-8.' }

/** A body as text. What is not UTF-8 is one record that cannot be read. */
export function textOf(body: Buffer): string | SentRecord {
  const text = body.toString('utf8').replace(/^\uFEFF/, '')
  return isUtf8(body) ? text : { line: 1, text, fault: notUtf8 }
}

/** One object, or a list of them: each as it was written, so that no digit is lost. A text that is no JSON is one bad record. */
export function jsonRecords(text: string): SentRecord[] {
  if (text.trim() === '') return []
  // A list of records is one level around them.
  const isList = text.trimStart().startsWith('[')
  if (depthOf(text) > deepest + (isList ? 1 : 0)) return [{ line: 1, text, fault: tooDeep }]
  const whole = parsed(text)
  if (whole === undefined) return [{ line: 1, text, fault: notJson }]
  if (!Array.isArray(whole)) return [recordOf(text, whole, 1)]
  return elementsOf(text).map((element, at) => recordOf(element.text, whole[at], element.line))
}

/** One object a line; blank lines are none. */
export function lineRecords(text: string): SentRecord[] {
  return text.split('\n').flatMap((line, at) => {
    if (line.trim() === '') return []
    if (depthOf(line) > deepest) return { line: at + 1, text: line, fault: tooDeep }
    const value = parsed(line)
    return value === undefined ? { line: at + 1, text: line, fault: notJson } : recordOf(line, value, at + 1)
  })
}

function recordOf(text: string, value: unknown, line: number): SentRecord {
  const isObject = typeof value === 'object' && value !== null && !Array.isArray(value)
  return { line, text: text.trim(), ...(isObject ? {} : { fault: notObject }) }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
