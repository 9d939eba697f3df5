import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { RapportError } from '../../../src/errors.ts'
import { landFile } from '../../../src/flow/land/land.ts'
import { dropClocks, type Load, loadBatch } from '../../../src/flow/load.ts'
import { mapBatch } from '../../../src/flow/map/map-batch.ts'
import type { Pack } from '../../../src/flow/map/pack.ts'
import { isProblem, type Recognition, recognisePack } from '../../../src/flow/map/recognise.ts'
import type { Batch } from '../../../src/flow/sources/batch.ts'
import { readBatches, repairBatch } from '../../../src/flow/sources/source.ts'
import { duckdb } from '../../../src/sql/duckdb.ts'
import { describeParquet } from '../../../src/store/duckdb.ts'
import type { Store } from '../../../src/store/store.ts'

/** What one table of one file became, and which pack knew it. */
export interface Recognised {
  name: string
  pack: string
  table: string
  load: Load
  notes: string[]
}

export async function filesIn(folder: string): Promise<string[]> {
  return (await readdir(folder)).sort().map((name) => join(folder, name))
}

/** Lands files, reads what they hold and asks which pack knows it. */
export async function recogniseFiles(
  folder: string,
  files: string[],
  packs: readonly Pack[],
): Promise<{ batch: Batch; known: Recognition }[]> {
  const done: { batch: Batch; known: Recognition }[] = []
  for (const path of files) {
    const landed = await landFile(path, { landing: join(folder, 'landing') })
    for (const batch of await readBatches(landed, { derived: join(folder, 'derived'), describe: describeParquet })) {
      const known = recognisePack(batch, packs)
      if (isProblem(known)) throw new RapportError(known)
      if (!known) throw new Error(`No pack knows ${batch.name}: ${batch.columns.join(', ')}`)
      done.push({ batch, known })
    }
    await landed.copy?.synced
  }
  return done
}

/** Loads files one after the other, as a build does; each source is named after its pack. */
export async function loadFiles(
  store: Store,
  folder: string,
  files: string[],
  packs: readonly Pack[],
): Promise<Recognised[]> {
  const done: Recognised[] = []
  for (const { batch, known } of await recogniseFiles(folder, files, packs)) {
    const fill = mapBatch(batch, known.pack, known.table, {
      source: known.pack.id,
      load: batch.sheet === undefined ? batch.hash : `${batch.hash}#${batch.sheet}`,
      dialect: duckdb,
      zone: 'UTC',
      reportingZone: 'UTC',
    })
    const repair = (bad: Batch) => repairBatch(bad, { derived: join(folder, 'derived') })
    const load = await loadBatch(store, {
      batch,
      fill,
      pack: known.pack.id,
      repair,
      landedAt: '2024-01-01 00:00:00',
      profiled: true,
    })
    const notes = fill.notes.map(({ message }) => message)
    done.push({ name: batch.name, pack: known.pack.id, table: known.table.name, load, notes })
  }
  await dropClocks(store)
  return done
}
