import { existsSync } from 'node:fs'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Drivers } from '../../src/insights/drivers.ts'
import type { NoFindings } from '../../src/insights/finding.ts'
import type { Signals } from '../../src/insights/signals.ts'
import { json, makeFolder, published, removeFolder, run, write } from './command.ts'

/** Drivers and signals by the command. */
let folder: string
beforeAll(async () => {
  folder = await makeFolder()
})
afterAll(() => removeFolder(folder))

test.runIf(existsSync(published))(
  'on the published file nothing is asserted, in both languages',
  async () => {
    const data = ['--files', published]
    const drivers = await json<Drivers>(['insights', 'drivers', ...data], { folder })
    const signals = await json<Signals>(['insights', 'signals', ...data], { folder })
    expect([drivers.answered, drivers.real, drivers.findings, drivers.priorities]).toEqual([2769, 0, [], []])
    expect([signals.signals, signals.findings, signals.tried]).toEqual([[], [], drivers.tried])
    expect(drivers.drivers.map(({ share }) => share)).toEqual(drivers.drivers.map(() => null))
    const { code, stdout } = await run(['insights', 'drivers', ...data, '--lang', 'fr'], { folder })
    expect([code, stdout.split('\n')[0]]).toEqual([0, expect.stringMatching(/^Rien n’indique/)])
  },
  60_000,
)

test('without surveys of that kind it is refused in a sentence, and the exit code is 0', async () => {
  await write(folder, { 'cases.csv': 'id,channel,created_at\n1,email,2026-01-01\n2,chat,2026-01-02\n' })
  const answer = await json<NoFindings>(['insights', 'signals', '--metric', 'nps', '--files', 'cases.csv', '--yes'], {
    folder,
  })
  expect(answer).toMatchObject({
    refused: expect.stringMatching(/no survey scores/),
    missing: expect.arrayContaining(['surveys.score']),
  })
}, 60_000)
