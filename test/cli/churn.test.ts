import { afterAll, beforeAll, expect, test } from 'vitest'
import type { NoChurn } from '../../src/insights/churn.ts'
import { json, makeFolder, removeFolder, run, write } from './command.ts'

let folder: string
const churn = ['insights', 'churn', '--files', 'tickets.csv', '--yes']

beforeAll(async () => {
  folder = await makeFolder()
  const rows = Array.from(
    { length: 30 },
    (_, at) => `${at},C${at % 7},2026-01-${String(at + 1).padStart(2, '0')} 10:00`,
  )
  await write(folder, { 'tickets.csv': ['ticket id,customer id,created at', ...rows].join('\n') })
})
afterAll(() => removeFolder(folder))

test('a refusal is an answer: exit 0, the sentence, and the fields that would help', async () => {
  const answer = await json<NoChurn>(churn, { folder })
  expect(answer.refused).toMatch(/^No risks of leaving: /)
  expect(answer.missing.length).toBeGreaterThan(0)
  const { code, stdout } = await run([...churn, '--lang', 'fr'], { folder })
  expect(code).toBe(0)
  expect(stdout).toContain('Pas de risque de départ')
})

test('a horizon of no days is refused where it is written', async () => {
  const { code, stderr } = await run([...churn, '--horizon', '0'], { folder })
  expect(code).not.toBe(0)
  expect(stderr).toContain('7 to 730 days')
})
