import { say, type Words } from '../../config/words.ts'

/** Characters that one cell of Excel holds, in UTF-16 units. */
const longest = 32_767

/**
 * Excel takes text that begins so for a formula when it is typed, pasted or read from CSV. In the file it is a string and stays one; the
 * quote prefix (the apostrophe of Excel, no part of the value) keeps it one when somebody edits the cell.
 */
export function isRisky(text: string): boolean {
  return /^[=+\-@\t\r\n＝＋－＠]/.test(text)
}

/**
 * What a cell can hold of a text: no half of a pair, no NUL, no more than Excel takes. What is cut is said at its end, and each
 * replacement is seen; everything else survives as it came.
 */
export function cellText(text: string, words: Words): string {
  const whole = text.replace(/[\u0000\ufffe\uffff]|\p{Surrogate}/gu, (found) => (found === '\0' ? '\u2400' : '\ufffd'))
  if (whole.length <= longest) return whole
  // The mark is measured with the most that it could have to say.
  const room = longest - say(words, 'workbook.cut', { count: whole.length }).length - 1
  const kept = whole.slice(0, room).replace(/[\ud800-\udbff]$/, '')
  return `${kept} ${say(words, 'workbook.cut', { count: whole.length - kept.length })}`
}

/** Text between tags. What XML cannot hold is written as Excel writes it, `_x0001_`, and what only looks so is escaped. */
export function xmlText(text: string): string {
  return escapeXml(text.replace(/_(?=x[0-9A-Fa-f]{4}_)/g, '_x005F_')).replace(
    /[\u0001-\u0008\u000b-\u001f]/g,
    (found) => `_x${found.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}_`,
  )
}

/** An attribute, or text that no cell holds: there nobody reads the escapes of Excel, so what XML forbids is left out. */
export function xmlAttribute(text: string): string {
  return escapeXml(text.replace(/[\u0000-\u0008\u000b-\u001f\ufffe\uffff]|\p{Surrogate}/gu, '')).replace(/[\t\n]/g, ' ')
}

function escapeXml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;')
}
