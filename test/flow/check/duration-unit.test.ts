import { mkdtempSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { flowOrder } from '../../../src/cli/build-child.ts'
import { unitIn } from '../../../src/flow/check/duration-unit.ts'
import { type BuildReport, buildVersion } from '../../../src/flow/flow.ts'
import { generate } from '../../../src/generate/generate.ts'
import { temporaryFolder } from '../../generate/reading.ts'
import { builtFrom } from '../built.ts'

const folder = temporaryFolder()

/** A file of cases of an unknown system with a duration; `from`: number of its first case. */
function fileWith(column: string, durationOf: (seconds: number, row: number) => number, from = 0): string {
  const lines = Array.from({ length: 60 }, (_, row) => {
    const created = Date.UTC(2024, 0, 1 + row, 8, row % 60)
    const seconds = 86_400 * 20 + row * 50_000
    const text = (at: number) => new Date(at).toISOString().slice(0, 19).replace('T', ' ')
    return `T${from + row},${row % 2 ? 'Open' : 'Closed'},${text(created)},${text(created + seconds * 1000)},${durationOf(seconds, row)}`
  })
  const file = join(folder, `${from}-${column.replace(/\W/g, '')}-${lines[7]?.split(',').at(-1)}.csv`)
  writeFileSync(file, [`Ticket ID,Status,Created at,Resolved at,${column}`, ...lines, ''].join('\n'))
  return file
}

const foundWith = (column: string, durationOf: (seconds: number, row: number) => number) =>
  foundIn(fileWith(column, durationOf))

async function foundIn(file: string) {
  const { report } = await builtFrom(file)
  return unitsOf(report)
}

function unitsOf({ results }: BuildReport) {
  return results
    .filter(({ check }) => check === 'duration-unit')
    .map(({ subject, facts }) => [subject, facts.unit, facts.declared])
}

/** A project of one source that exports many files. */
async function foundOf(...files: string[]) {
  const directory = mkdtempSync(join(folder, 'project-'))
  writeFileSync(join(directory, 'rapport.yaml'), `sources: [{ id: desk, files: ${JSON.stringify(files)} }]\n`)
  return unitsOf(await buildVersion(await flowOrder({ project: { directory }, guess: true })))
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

test('many exports of one source are one finding; where they do not go together each has its own', async () => {
  const inHours = (seconds: number) => Math.round(seconds / 3600)
  const inDays = (seconds: number) => Math.round(seconds / 86_400)
  const three = [0, 100, 200].map((from) => fileWith('Elapsed time', inHours, from))
  expect(await foundOf(...three)).toEqual([['Elapsed time', 'hours', 'none']])
  expect(await foundOf(three[0]!, fileWith('Elapsed time', inDays, 100))).toEqual([
    ['Elapsed time', 'hours', 'none'],
    ['Elapsed time', 'days', 'none'],
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
