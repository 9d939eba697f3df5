/** How one value is written, for telling a header from data and a decimal comma from a delimiter. */
export type CellKind = 'empty' | 'number' | 'date' | 'mail' | 'id' | 'text'

const NUMBER = /^[-+]?(\d+|\d{1,3}([., '\u00a0\u202f]\d{3})+)([.,]\d+)?([eE][-+]?\d+)?\s?[%€$£]?$/
const DATE = /^(\d{4}[-/.]\d{1,2}([-/.]\d{1,2})?|\d{1,2}[-/.]\d{1,2}[-/.]\d{2,4})([ T]\d{1,2}:\d{2}.*)?$/
const TIME = /^\d{1,2}:\d{2}(:\d{2})?$/
const MAIL = /^[^@\s]+@[^@\s]+\.[a-z]{2,}$/i
const UUID = /^[0-9a-f]{8}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{4}-[0-9a-f]{12}$/i

export function kindOf(cell: string): CellKind {
  const text = cell.trim()
  if (text === '') return 'empty'
  if (text.length > 64) return 'text'
  if (NUMBER.test(text)) return 'number'
  if (DATE.test(text) || TIME.test(text)) return 'date'
  if (MAIL.test(text)) return 'mail'
  return UUID.test(text) ? 'id' : 'text'
}

/** Whether numbers are written `1.234,5` rather than `1,234.5`, by what the sample shows of each. */
export function decimalOf(rows: string[][]): '.' | ',' {
  let comma = 0
  let dot = 0
  for (const row of rows)
    for (const cell of row) {
      const text = cell.trim()
      if (/^[-+]?(\d+|\d{1,3}([. \u00a0\u202f]\d{3})+),\d+\s?%?$/.test(text) && !/^[-+]?\d{1,3}(,\d{3})+$/.test(text))
        comma++
      else if (
        /^[-+]?(\d+|\d{1,3}([, \u00a0\u202f]\d{3})+)\.\d+\s?%?$/.test(text) &&
        !/^[-+]?\d{1,3}(\.\d{3})+$/.test(text)
      )
        dot++
    }
  return comma > dot ? ',' : '.'
}
