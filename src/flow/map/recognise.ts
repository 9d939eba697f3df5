import type { Problem } from '../../errors.ts'
import type { Batch } from '../sources/batch.ts'
import { columnFinder, normaliseName } from './names.ts'
import type { Pack, PackTable } from './pack.ts'

/** The pack that knows a batch, and the table of the pack. */
export interface Recognition {
  pack: Pack
  table: PackTable
}

/**
 * The pack whose `recognise` columns are all there; of several the one that asks for most. `null` when none knows the
 * batch, a problem when two fit equally well.
 */
export function recognisePack(
  batch: Pick<Batch, 'name' | 'columns'>,
  packs: readonly Pack[],
): Recognition | Problem | null {
  const find = columnFinder(batch.columns)
  const fitting = packs
    .flatMap((pack) => pack.tables.map((table) => ({ pack, table })))
    .filter(({ table }) => table.recognise.every((column) => find(column) !== undefined))
    .filter(({ table }) => !table.file || table.file.some((words) => isNamed(batch.name, words)))
    .sort((a, b) => demands(b.table) - demands(a.table))
  const [best, second] = fitting
  if (!best) return null
  if (second && demands(second.table) === demands(best.table)) return tie(batch.name, best, second)
  return best
}

/** So much of what a pack asks for must be there, with the whole key, for a file of a source whose pack is known. */
const mostly = 0.5

/** The table of the packs of a source that a batch is most like: columns of an export come and go. `null` when none is near, or two are. */
export function nearestTable(batch: Pick<Batch, 'name' | 'columns'>, packs: readonly Pack[]): Recognition | null {
  const find = columnFinder(batch.columns)
  const near = packs
    .flatMap((pack) => pack.tables.map((table) => ({ pack, table })))
    .filter(({ table }) => table.fills[0]!.key?.columns.every((column) => find(column) !== undefined))
    .map((each) => ({ ...each, there: each.table.recognise.filter((column) => find(column) !== undefined).length }))
    .filter(({ table, there }) => there >= mostly * table.recognise.length)
    .sort((a, b) => b.there - a.there)
  const [best, second] = near
  if (!best || second?.there === best.there) return null
  return { pack: best.pack, table: best.table }
}

/** How much a table asks for: its columns, and a name. */
function demands({ recognise, file }: PackTable): number {
  return recognise.length + (file ? 1 : 0)
}

/** Does `zendesk_user_2026.csv` hold the words `user`? The ending of a file and a sheet behind a # do not count. */
function isNamed(file: string, words: string): boolean {
  const stem = file.replace(/(\.(csv|tsv|json|jsonl|ndjson|parquet|xlsx|gz))+(?=#|$)/i, '')
  return ` ${normaliseName(stem)} `.includes(` ${normaliseName(words)} `)
}

export function isProblem(result: Recognition | Problem | null): result is Problem {
  return result !== null && 'code' in result
}

function tie(batch: string, one: Recognition, other: Recognition): Problem {
  return {
    code: 'pack-ambiguous',
    message: `${batch} fits "${one.pack.id}" (${one.table.name}) as well as "${other.pack.id}" (${other.table.name}).`,
    where: other.table.place,
    fix: 'Name the pack of the source in rapport.yaml, or add to one `recognise` a column that only its export has.',
  }
}
