import { raw } from '../../sql/sql.ts'
import type { RawFile } from '../generator.ts'

/** Fields by name, in the order of the file. */
type Fields = Record<string, string>

/** A file with one column a field. */
export function csv(name: string, fields: Fields, from: string, prepare: string[] = []): RawFile {
  const listed = Object.entries(fields).map(([field, value]) => `${value} AS ${field}`)
  return {
    name: `${name}.csv`,
    prepare: prepare.map(raw),
    select: raw(`SELECT ${listed.join(',\n  ')}\nFROM ${from}`),
    lines: false,
    dirt: {},
  }
}
