import { existsSync } from 'node:fs'
import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { generators } from '../../src/generate/generate.ts'
import type { Forecast, NoForecast } from '../../src/insights/forecast.ts'
import { columnNamed } from '../../src/model/tables.ts'
import { json, makeFolder, type Outcome, problems, published, removeFolder, run } from './command.ts'

/** Forecasts by the command on two years of generated calls, e-mails and chats. */
let folder: string
const files = ['five9_calls.csv', 'whatsapp_chats.csv', 'salesforce_emails.csv']
const forecast = ['insights', 'forecast']
const data = () => ['--files', ...files, '--as-of', '2026-06-30', '--yes']

interface Answer {
  horizon: number
  forecasts: ((Forecast | NoForecast) & { group: Record<string, string> })[]
}

beforeAll(async () => {
  folder = await makeFolder()
  const size = ['--rows', '6000', '--weeks', '110', '--start', '2024-06-03', '--seed', '1', '--out', '.']
  const made = await run(['generate', 'touchpoints', ...size], { folder })
  expect(made.code, made.stderr).toBe(0)
  await json(['query', 'touchpoints', ...data()], { folder })
}, 120_000)
afterAll(() => removeFolder(folder))

test('weeks ahead: the periods after the last whole one, each with its interval, and the back-test', async () => {
  const answer = await json<Answer>([...forecast, 'touchpoints', '--grain', 'week', '--horizon', '4', ...data()], {
    folder,
  })
  expect(answer.horizon).toBe(4)
  const only = answer.forecasts[0] as Forecast
  expect(only.points.map(({ start }) => start)).toEqual(['2026-06-29', '2026-07-06', '2026-07-13', '2026-07-20'])
  expect(only.backtest.model.mase!).toBeLessThanOrEqual(only.backtest.naive.mase!)
  expect(only.backtest.origins).toBe(12)
}, 60_000)

test('for people: history, forecast, interval and what was tested', async () => {
  const { code, stdout } = await run([...forecast, 'touchpoints', '--grain', 'week', ...data()], { folder })
  expect(code).toBe(0)
  expect(stdout).toMatch(/^Contacts\nForecast of 6 weeks from \d+ whole weeks: .*\n\nperiod +Contacts +forecast +95%\n/)
  expect(stdout).toMatch(/2026-06-22 +\d+\n2026-06-29 +\d+ +\d+ … \d+\n/)
  expect(stdout).toMatch(
    /tested, 12 origins × 6 +MASE +sMAPE +mean error\n─.*\nthis model .*\nthe season before .*\nthe last value /,
  )
}, 60_000)

test('a refusal is an answer: code 0 and a sentence, in the language of the viewer', async () => {
  const { code, stdout } = await run([...forecast, 'touchpoints', '--grain', 'year', '--lang', 'fr', ...data()], {
    folder,
  })
  expect(code).toBe(0)
  expect(stdout).toContain("1 année entière, c'est trop peu pour prévoir 6 ans")
}, 60_000)

test('--by: one for each group; --where: of those rows alone', async () => {
  const size = ['--grain', 'week', '--horizon', '2']
  const split = await json<Answer>([...forecast, 'touchpoints', '--by', 'channel', ...size, ...data()], { folder })
  expect(split.forecasts.map(({ group }) => group.channel).sort()).toEqual(['call', 'chat', 'email'])
  const calls = await json<Answer>([...forecast, 'touchpoints', '--where', 'channel=call', ...size, ...data()], {
    folder,
  })
  const { group: _group, ...alone } = calls.forecasts[0]!
  const { group: _other, ...among } = split.forecasts.find(({ group }) => group.channel === 'call')!
  expect(among).toEqual(alone)
}, 60_000)

test('what cannot be asked is refused with what to do', async () => {
  await problems([...forecast, 'nosuch', ...data()], 2, { folder })
  await problems([...forecast, 'touchpoints', '--grain', 'fortnight', ...data()], 2, { folder })
  await problems([...forecast, 'touchpoints', '--horizon', '0', ...data()], 2, { folder })
}, 60_000)

/** Every question that needs no choice. */
const asked = 'all drivers signals topics segments churn trends value contacts staffing process survival actions'.split(
  ' ',
)
/** Of demos whose data answer few questions; every question is put to those that have an answer to most of them, or to none. */
const askedOfOthers = 'all process staffing survival actions'.split(' ')
const full = new Set(['customer-first', 'experience'])
/** Small, and each with something to say all the same. */
const rows: Record<string, number> = {
  'customer-first': 400,
  touchpoints: 600,
  'success-team': 400,
  wealth: 80,
  experience: 150,
}

interface Refusal {
  refused: string
  missing: string[]
}

/** Refusals wherever they stand in an answer: those of `all` are in a list. */
function refusalsIn(value: unknown): Refusal[] {
  if (value === null || typeof value !== 'object') return []
  const own = 'refused' in value && typeof value.refused === 'string' ? [value as Refusal] : []
  return [...own, ...Object.values(value).flatMap(refusalsIn)]
}

/** What nobody should read: a value that is none, a word by its id, a place in the program. */
const unsaid = /\bundefined\b|\bNaN\b|\[object|\n\s+at .+:\d+|\b(say|pages|insights)\.[a-z_]+\.[a-z_]/

describe.each(generators.map(({ name }) => name))('questions asked of %s', (name) => {
  const real = name === 'customer-first' && existsSync(published)
  let own: string
  let data: string[]
  beforeAll(async () => {
    own = await makeFolder()
    if (!real) {
      const made = await run(['generate', name, '--rows', String(rows[name]), '--out', 'files'], { folder: own })
      expect(made.code, made.stderr).toBe(0)
    }
    const files = real ? [published] : (await readdir(join(own, 'files'))).map((file) => join('files', file))
    data = ['--files', ...files, '--yes']
    // Built once, so that no question is asked while another one builds.
    await json(['query', 'cases', ...data], { folder: own })
  }, 120_000)
  afterAll(() => removeFolder(own))

  test.each(full.has(name) ? asked : askedOfOthers)(
    '%s: an answer, or a sentence and the field to add, in English and in French',
    async (question) => {
      const ask = (...more: string[]): Promise<Outcome> =>
        run(['insights', question, ...data, ...more], { folder: own })
      const [english, french, told] = await Promise.all([ask(), ask('--lang', 'fr'), ask('--json')])
      for (const { code, stdout, stderr } of [english, french, told]) {
        expect([code, stderr]).toEqual([0, ''])
        expect(stdout.trim()).not.toBe('')
        expect(stdout).not.toMatch(unsaid)
      }
      expect(french.stdout).not.toBe(english.stdout)
      for (const { refused, missing } of refusalsIn(JSON.parse(told.stdout))) {
        expect(refused).toMatch(/^[A-Z].{20,}[.!]$/s)
        for (const field of missing ?? []) expect(fieldOf(field), field).toBeDefined()
        // Elsewhere rows may be too few, or customers may have come before the data begin: no field would help.
        if (real) expect(missing?.length, refused).toBeGreaterThan(0)
      }
    },
    120_000,
  )
})

function fieldOf(text: string): unknown {
  const [table = '', column = ''] = text.split('.')
  return columnNamed(table, column)
}
