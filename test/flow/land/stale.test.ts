import { spawnSync } from 'node:child_process'
import { readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { copyName, removeStaleCopies } from '../../../src/flow/land/stale.ts'
import { temporaryFolder } from '../../generate/reading.ts'

const folder = temporaryFolder()

test('copies of processes that are gone are removed, those of others and whole files stay', async () => {
  const own = copyName()
  const { pid } = spawnSync(process.execPath, ['-e', ''])
  const gone = own.replace(`@${process.pid}-`, `@${pid}-`)
  const elsewhere = gone.replace('.landing-', '.landing-other')
  const parent = own.replace(`@${process.pid}-`, `@${process.ppid}-`)
  const names = [own, gone, elsewhere, parent, 'a'.repeat(64)]
  for (const name of names) writeFileSync(join(folder, name), 'x')
  await removeStaleCopies(folder)
  expect(readdirSync(folder).sort()).toEqual(names.filter((name) => name !== gone).sort())
  await removeStaleCopies(join(folder, 'absent'))
})
