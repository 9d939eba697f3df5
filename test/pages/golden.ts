import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs'
import { dirname, join } from 'node:path'
import { expect } from 'vitest'
import { root } from './fixtures.ts'

/** Compares with `test/golden/pages/<name>`; a missing one is written, but never in CI. */
export function expectGolden(name: string, text: string): void {
  const path = join(root, 'test/golden/pages', name)
  if (!existsSync(path)) {
    if (process.env.CI) throw new Error(`${path} is missing: run the test locally once and commit what it writes.`)
    mkdirSync(dirname(path), { recursive: true })
    writeFileSync(path, text)
  }
  expect(text).toBe(readFileSync(path, 'utf8'))
}
