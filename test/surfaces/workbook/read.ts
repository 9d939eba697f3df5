import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { readSheet } from '../../../src/flow/sources/sheet.ts'
import { readWorkbook } from '../../../src/flow/sources/workbook.ts'
import { Zip } from '../../../src/flow/sources/zip.ts'

/** Cells of each sheet as the reader of sources reads them: by row from 1 and column from 0, as text. */
export type ReadBook = Map<string, Map<number, string[]>>

/** A workbook read again by code that shares nothing with what wrote it. */
export async function readBack(bytes: Uint8Array): Promise<ReadBook> {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-workbook-'))
  const file = join(folder, 'book.xlsx')
  await writeFile(file, bytes)
  const zip = await Zip.open(file, file)
  try {
    const workbook = await readWorkbook(zip)
    const book: ReadBook = new Map()
    for (const sheet of workbook.sheets) {
      const rows = new Map<number, string[]>()
      await readSheet(zip, sheet, workbook, {
        row: (row, cells) => rows.set(row, [...cells]),
        between: async () => {},
      })
      book.set(sheet.name, rows)
    }
    return book
  } finally {
    zip.close()
    await rm(folder, { recursive: true, force: true })
  }
}

/** The row whose first cell says this; what is there is read from it. */
export function rowOf(rows: Map<number, string[]> | undefined, first: string, after = 0): number {
  for (const [row, cells] of rows ?? []) if (row > after && cells[0] === first) return row
  throw new Error(`No row begins with "${first}".`)
}

/** A number as it was before Excel's look of it: durations in seconds. */
export function numberIn(text: string | undefined): number | null {
  if (text === undefined || text === '') return null
  const clock = /^(\d+):(\d\d):(\d\d)$/.exec(text)
  return clock ? Number(clock[1]) * 3600 + Number(clock[2]) * 60 + Number(clock[3]) : Number(text)
}
