import { kindOf } from './cells.ts'

const TOTAL =
  /^(grand|sub|sum)?[ -]?(totals?|total général|totaux|sum|somme|summe|gesamt|celkem|totale|suma)( général| rows| records)?\s*:?\s*\d*$/i
const CLOSING =
  /^(\(?\d[\d ,.]* (rows?|records?|lignes?|results?)( selected| affected)?\)?|(end of (report|file|data)|fin du rapport)\.?|(generated|exported|report run|printed|généré|exporté)\b.*|-+|=+)$/i

/**
 * Whether a last record is a footer: a line of words or a total under the table, not a record of it. A ragged record that
 * says nothing of the kind is a cut-off record, which is bad, not a footer.
 */
export function isFooter(cells: string[], width: number, before: string[][]): boolean {
  const filled = cells.filter((cell) => cell.trim() !== '')
  const first = filled[0]?.trim() ?? ''
  if (first === '') return false
  if (filled.length === 1 && CLOSING.test(first) && width > 1) return true
  if (!TOTAL.test(first)) return false
  if (cells.length !== width) return true
  // "Total" may be a name of the table's own: then others like it are whole rows, with words in the same place.
  const place = cells.findIndex((cell) => cell.trim() !== '')
  const usual = before.map((row) => kindOf(row[place] ?? ''))
  const missing = cells.some(
    (cell, i) => cell.trim() === '' && before.length > 0 && before.every((row) => (row[i] ?? '').trim() !== ''),
  )
  return missing || (usual.length > 0 && usual.every((kind) => kind !== 'text'))
}
