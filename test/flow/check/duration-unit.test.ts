import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { unitIn } from '../../../src/flow/check/duration-unit.ts'
import { generate } from '../../../src/generate/generate.ts'
import { temporaryFolder } from '../../generate/reading.ts'
import { builtFrom } from '../built.ts'

const folder = temporaryFolder()

/** Cases of an unknown system whose duration is `size` seconds a unit. */
async function foundWith(column: string, durationOf: (seconds: number, row: number) => number) {
  const lines = Array.from({ length: 60 }, (_, row) => {
    const created = Date.UTC(2024, 0, 1 + row, 8, row % 60)
    const seconds = 86_400 * 20 + row * 50_000
    const text = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ')
    return `T${row},${row % 2 ? 'Open' : 'Closed'},${text(created)},${text(created + seconds * 1000)},${durationOf(seconds, row)}`
  })
  const file = join(folder, `${column.replace(/\W/g, '')}-${lines[7]?.split(',').at(-1)}.csv`)
  writeFileSync(file, [`Ticket ID,Status,Created at,Resolved at,${column}`, ...lines, ''].join('\n'))
  const { report } = await builtFrom(file)
  return report.results
    .filter(({ check }) => check === 'duration-unit')
    .map(({ subject, facts }) => [subject, facts.unit, facts.declared])
}

test.each([
  ['minutes', 60],
  ['hours', 3600],
  ['days', 86_400],
] as const)('%s without a declared unit are named', async (unit, size) => {
  expect(await foundWith('Elapsed time', (seconds) => Math.round(seconds / size))).toEqual([
    ['Elapsed time', unit, 'none'],
  ])
})

test('a name that says another unit is contradicted, one that says the right one is not', async () => {
  expect(await foundWith('Elapsed time (minutes)', (seconds) => Math.round(seconds / 3600))).toEqual([
    ['Elapsed time (minutes)', 'hours', 'minutes'],
  ])
  expect(await foundWith('Elapsed time (hours)', (seconds) => Math.round(seconds / 3600))).toEqual([])
})

test('a duration that was loaded in a wrong unit is told apart from one that was not loaded', async () => {
  expect(await foundWith('Time spent', (seconds) => Math.round(seconds / 60))).toEqual([
    ['handle time', 'minutes', 'seconds'],
  ])
})

test('numbers that fit no moments are left alone', async () => {
  expect(await foundWith('Elapsed time', (_, row) => (row * 7919) % 97)).toEqual([])
})

test('the unit in a name', () => {
  expect(
    ['First reply time in minutes', 'Dauer (h)', 'Délai en jours', 'Wait seconds', 'Resolution time'].map(unitIn),
  ).toEqual(['minutes', 'hours', 'days', 'seconds', null])
})

test('a dictionary beside the data is set aside, and what it says about units is held against the values', async () => {
  const { files } = await generate('success-team', { rows: 600, out: join(folder, 'both') })
  const { report } = await builtFrom(...files.map(({ path }) => path))
  expect(report.loads.map(({ name, records }) => [name, records])).toEqual([['success_team_export.csv', 600]])
  expect(report.notes).toMatchObject([
    { code: 'dictionary-set-aside', where: expect.stringContaining('dictionary.csv') },
  ])
  const found = report.results.filter(({ check }) => check === 'duration-unit')
  expect(found.map(({ facts }) => [facts.column, facts.unit, facts.declared, facts.by])).toEqual([
    ['Resolution time', 'hours', 'minutes', 'dictionary'],
  ])
})
