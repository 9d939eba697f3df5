import { join } from 'node:path'
import { pathToFileURL } from 'node:url'
import type { CorpusCase } from './case.ts'
import { csvCases } from './csv.ts'
import { otherCases } from './other.ts'

export type { CorpusCase, Expected, ExpectedBatch } from './case.ts'

/** Malformed and awkward files, each with what must become of it. Nothing of it is committed: `write` makes the file. */
export function corpusCases(): CorpusCase[] {
  return [...csvCases(), ...otherCases()]
}

if (process.argv[1] && import.meta.url === pathToFileURL(process.argv[1]).href) {
  const folder = process.argv[2] ?? 'corpus'
  for (const item of corpusCases()) console.log(await item.write(join(folder, item.name.replace(/\W+/g, '-'))))
}
