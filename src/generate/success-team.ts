import { literal, raw } from '../sql/sql.ts'
import { drawsOf } from './draw.ts'
import type { Generation, Generator, RawFile } from './generator.ts'
import { successCases } from './success-team/cases.ts'
import { exportColumns } from './success-team/columns.ts'
import { block, dirtCounts, stainOf } from './success-team/dirt.ts'
import { published } from './success-team/published.ts'

/** The account export of a customer-success team, 23 columns, and the dictionary that came with it. */
export const successTeam: Generator = {
  name: 'success-team',
  says: "A customer-success team's account export of 23 columns, with a dictionary that states a wrong unit.",
  rows: 20_000,
  publishedRows: published.rows,
  files: (generation) => [exportFile(generation), dictionaryFile()],
}

const names = exportColumns.map(({ name }) => name)

/** Each record as finished text, since a comma without quotes is something that no CSV writer would produce. */
function exportFile(generation: Generation): RawFile {
  const jump = drawsOf(generation.seed).whole('stains', block, `hash(k // ${block})`)
  const quoted = names.map((name) => quotedField(`"${name}"`))
  const line = (fields: string[]): string => fields.join(" || ',' || ")
  const comma = quoted.with(names.indexOf('Via'), `"Via" || ', forwarded'`)
  const moment = quoted.with(names.indexOf('Updated at'), "'00-00-0000 00:00'")
  return {
    name: 'success_team_export.csv',
    prepare: [raw(`CREATE TABLE numbers AS SELECT range AS i FROM range(${generation.rows})`)],
    select: raw(`SELECT CASE stain WHEN 'blank' THEN '${','.repeat(names.length - 1)}'
  WHEN 'unquotedComma' THEN ${line(comma)} WHEN 'unreadableMoment' THEN ${line(moment)}
  WHEN 'shortRecord' THEN ${line(quoted.slice(0, -4))} WHEN 'duplicate' THEN coalesce(lag(whole) OVER (ORDER BY k), lead(whole) OVER (ORDER BY k))
  ELSE whole END AS "${names.join(',')}"
FROM (SELECT *, ${line(quoted)} AS whole, ${stainOf(generation, 'k', jump)} AS stain FROM (${successCases(generation)})) ORDER BY k`),
    lines: true,
    dirt: dirtCounts(generation.dirt, generation.rows),
  }
}

function quotedField(field: string): string {
  return `CASE WHEN contains(${field}, ',') THEN '"' || ${field} || '"' ELSE coalesce(${field}, '') END`
}

/** What each column means, as the system's owner wrote it down: read by people, never loaded. */
function dictionaryFile(): RawFile {
  const rows = exportColumns.map(
    ({ name, type, unit, says }, at) => `(${at}, ${[name, type, unit, says].map((text) => literal(text)).join(', ')})`,
  )
  return {
    name: 'dictionary.csv',
    prepare: [],
    select: raw(
      `SELECT "Column", "Type", "Unit", "Description" FROM (VALUES ${rows.join(', ')}) AS d(place, "Column", "Type", "Unit", "Description") ORDER BY place`,
    ),
    lines: false,
    dirt: {},
  }
}
