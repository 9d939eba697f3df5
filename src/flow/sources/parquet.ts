import { stat } from 'node:fs/promises'
import { RapportError } from '../../errors.ts'
import type { Batch } from './batch.ts'
import { readTail } from './chunks.ts'
import { type Content, originOf } from './content.ts'
import { nameColumns } from './header.ts'

/** What the engine knows of a Parquet file: handed in, since the engine belongs to the store. */
export type DescribeParquet = (path: string) => Promise<{ columns: string[]; records: number }>

/** A Parquet file is read in place; its footer says its columns and how many records it has. */
export async function readParquet(content: Content, describe: DescribeParquet | undefined): Promise<Batch> {
  await checkFooter(content)
  if (!describe)
    throw new Error('readBatches needs `describe` to read Parquet: hand in a function that asks the engine.')
  const { columns, records } = await describe(content.file).catch((error: Error) => {
    throw damaged(content.path, error.message.split('\n')[0] as string)
  })
  const origin = originOf(content)
  const read = { form: 'parquet' as const, path: content.file, derived: content.unpacked }
  const skipped = { blank: 0, preamble: 0, footer: 0 }
  const named = nameColumns(columns, content.path)
  return {
    ...origin,
    encoding: 'utf-8',
    columns: named.columns,
    read,
    records,
    readable: records,
    bad: [],
    skipped,
    notes: [...origin.notes, ...named.notes],
  }
}

async function checkFooter(content: Content): Promise<void> {
  const { size } = await stat(content.file)
  const tail = await readTail(content.file, size, 8)
  const encrypted = tail.subarray(4).toString('latin1') === 'PARE'
  if (encrypted) throw damaged(content.path, 'it is encrypted')
  if (size < 12 || tail.subarray(4).toString('latin1') !== 'PAR1')
    throw damaged(content.path, 'its end is missing, so it was cut off')
  if (tail.readUInt32LE(0) > size - 12) throw damaged(content.path, 'its footer points outside the file')
}

function damaged(path: string, why: string): RapportError {
  return new RapportError({
    code: 'parquet-damaged',
    message: `${path} is a Parquet file that cannot be read: ${why}.`,
    where: path,
    fix: 'Copy or download it again.',
  })
}
