import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { generate } from '../../src/generate/generate.ts'
import { exportColumns } from '../../src/generate/success-team/columns.ts'
import { hourWeights, stains } from '../../src/generate/success-team/plants.ts'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { MetricCell } from '../../src/metrics/frame.ts'
import { runQuery } from '../../src/metrics/run.ts'
import { sql } from '../../src/sql/sql.ts'
import { builtFrom } from '../flow/built.ts'
import { contextOf } from '../metrics/fixture.ts'
import { docsBlock, type Reader, readerOf, temporaryFolder } from './reading.ts'

const folder = temporaryFolder()
const digest = (path: string) => createHash('sha256').update(readFileSync(path)).digest('hex')
const exported = (name: string) => join(folder, name, 'success_team_export.csv')

const moment = (column: string) => `strptime("${column}", '%d-%m-%Y %H:%M')`
const hoursToSolve = `(epoch(${moment('Solved at')}) - epoch(${moment('Created at')})) / 3600`

describe('like the published export', () => {
  let raw: Reader
  let context: MetricContext
  let found: Record<string, { found: number; checked: number; facts: Record<string, unknown> }>

  beforeAll(async () => {
    await generate('success-team', { likePublished: true, out: join(folder, 'published') })
    raw = await readerOf(exported('published'))
    const { report, store } = await builtFrom(exported('published'))
    found = Object.fromEntries(report.results.filter((each) => each.found > 0).map((each) => [each.check, each]))
    context = await contextOf(store, { asOf: '2023-06-21T06:30:00Z' })
  }, 60_000)

  const cell = async (metric: string): Promise<MetricCell> =>
    (await runQuery({ metrics: [metric] }, context)).rows[0]?.[metric] as MetricCell
  async function by(metric: string, dimension: string): Promise<Record<string, number>> {
    const frame = await runQuery({ metrics: [metric], by: [dimension] }, context)
    return Object.fromEntries(
      frame.rows.map((row) => [
        frame.labels[dimension]?.[String(row[dimension])],
        Number((row[metric] as MetricCell).value),
      ]),
    )
  }

  test('87.45 % solved = 74.47 closed + 12.98 solved', async () => {
    const status = await raw.counts('SELECT Status, count(*) FROM raw GROUP BY 1')
    expect(status).toMatchObject({ Closed: 12_270, Solved: 2139 })
    expect(Object.values(status).reduce((sum, count) => sum + count)).toBe(16_476)
    expect(await cell('cases')).toMatchObject({ value: 16_476 })
    expect(await cell('resolution_rate')).toMatchObject({ numerator: 14_409, denominator: 16_476 })
    const [all, closed, solved] = await Promise.all(['resolution_rate', 'closed_share', 'solved_share'].map(cell))
    expect([all, closed, solved].map((each) => ((each?.value ?? 0) * 100).toFixed(2))).toEqual([
      '87.45',
      '74.47',
      '12.98',
    ])
  })

  test('813 of 5,453 surveys are answered, with a mean of 4.33 and bounds of 1.50 and 4.90', async () => {
    const offered = `"Satisfaction Score" <> 'Not Offered'`
    const answered = 'TRY_CAST("Satisfaction Score" AS DOUBLE)'
    const plain = await raw.row(
      `SELECT count(*) FILTER (${offered}), count(${answered}), avg(${answered}),
        avg(coalesce(${answered}, 1)) FILTER (${offered}), avg(coalesce(${answered}, 5)) FILTER (${offered}) FROM raw`,
    )
    expect(plain.slice(0, 2).map(Number)).toEqual([5453, 813])
    expect(await cell('survey_response_rate')).toMatchObject({ numerator: 813, denominator: 5453 })
    const ours = await Promise.all(['csat_mean', 'csat_bound_low', 'csat_bound_high'].map(cell))
    expect(ours.map((each) => each.n)).toEqual([813, 5453, 5453])
    for (const [at, each] of ours.entries()) expect(each.value).toBeCloseTo(Number(plain[at + 2]), 10)
    expect(ours.map((each) => each.value?.toFixed(2))).toEqual(['4.33', '1.50', '4.90'])
  })

  test('26.23 % of all cases are reopened, and assignment takes 2.16 minutes', async () => {
    expect(await raw.number('SELECT count(*) FROM raw WHERE CAST(Reopens AS INTEGER) > 0')).toBe(4322)
    expect(await cell('reopen_rate:of_all')).toMatchObject({ numerator: 4322, denominator: 16_476 })
    const plain = await raw.number(
      `SELECT avg(epoch(${moment('Initially assigned at')}) - epoch(${moment('Created at')})) FROM raw`,
    )
    const assignment = await cell('assignment_time')
    expect(assignment.value).toBeCloseTo(plain, 6)
    expect(((assignment.value ?? 0) / 60).toFixed(2)).toBe('2.16')
  })

  test('means by team: of what the file calls Resolution time, of the moments, and of the wait', async () => {
    const means = (value: string) => `SELECT "Group", avg(${value}) FROM raw GROUP BY 1`
    const stored = await raw.counts(means('CAST("Resolution time" AS DOUBLE)'))
    const waits = await raw.counts(means('CAST("Requester wait time in minutes" AS DOUBLE)'))
    const published = { Support: 113.58, Endorsements: 246.31, 'Reimbursement Claims': 249.07, Onboardings: 591.32 }
    for (const [team, hours] of Object.entries(published)) expect(stored[team], team).toBeCloseTo(hours, 2)
    expect(waits.Support).toBeCloseTo(2969.89, 2)
    expect(waits['Reimbursement Claims']).toBeCloseTo(8882.7, 2)
    const computed = await by('full_resolution_time', 'team')
    const plain = await raw.counts(means(hoursToSolve).replace('FROM raw', 'FROM raw WHERE "Solved at" IS NOT NULL'))
    for (const [team, seconds] of Object.entries(computed)) {
      expect(seconds / 3600, team).toBeCloseTo(plain[team]!, 6)
      expect(seconds / 3600, team).toBeCloseTo(published[team as keyof typeof published], 1)
    }
    const wait = await by('requester_wait_time', 'team')
    for (const [team, seconds] of Object.entries(wait)) expect(seconds / 60, team).toBeCloseTo(waits[team]!, 6)
    const order = (values: Record<string, number>) => Object.keys(values).toSorted((a, b) => values[a]! - values[b]!)
    expect([order(computed).at(0), order(computed).at(-1)]).toEqual(['Support', 'Onboardings'])
    expect([order(wait).at(0), order(wait).at(-1)]).toEqual(['Support', 'Reimbursement Claims'])
    expect((await cell('requester_wait_time')).stored).toBe(true)
    expect((await cell('full_resolution_time')).stored).toBeUndefined()
  })

  test('means by medium of the cases with the status Solved; a follow-up of a closed case takes longest', async () => {
    const means = await raw.counts(
      `SELECT Via, avg(CAST("Resolution time" AS DOUBLE)) FROM raw WHERE Status = 'Solved' GROUP BY 1`,
    )
    const published = { 'Internal Communication': 158.05, OutBound: 513.87, Mail: 527.69, 'Closed Ticket': 629.38 }
    for (const [via, hours] of Object.entries(published)) expect(means[via], via).toBeCloseTo(hours, 1)
    const computed = await by('full_resolution_time', 'medium')
    expect(Object.entries(computed).toSorted((a, b) => b[1] - a[1])[0]?.[0]).toBe('Closed Ticket')
    expect(await cell('follow_up_rate')).toMatchObject({ numerator: 405, denominator: 16_476 })
    expect(await by('cases', 'channel')).toEqual({ 'E-mail': 14_916, '(not set)': 1560 })
  })

  test('the solved rates of the teams lie around the whole: 96.16, 87.14, 77.82 and 67.71 %', async () => {
    const rates = await by('resolution_rate', 'team')
    const plain = await raw.counts(
      `SELECT "Group", avg(CAST(Status IN ('Solved', 'Closed') AS INTEGER)) FROM raw GROUP BY 1`,
    )
    expect(rates).toEqual(plain)
    expect(Object.fromEntries(Object.entries(rates).map(([team, rate]) => [team, (rate * 100).toFixed(2)]))).toEqual({
      Support: '96.16',
      Endorsements: '87.14',
      'Reimbursement Claims': '77.82',
      Onboardings: '67.71',
    })
  })

  test('satisfaction by medium rests on 20, 25, 32 and 736 answers, and tells nothing', async () => {
    const frame = await runQuery({ metrics: ['csat_mean'], by: ['medium'] }, context)
    expect(frame.rows.map((row) => (row.csat_mean as MetricCell).n).toSorted((a, b) => a! - b!)).toEqual([
      20, 25, 32, 736,
    ])
    expect(frame.verdicts[0]?.real).toBe(false)
    const answers = await runQuery({ metrics: ['survey_answers'], by: ['medium', 'score'] }, context)
    const closed = answers.rows.filter((row) => row.medium === 'Closed Ticket')
    expect(Object.fromEntries(closed.map((row) => [row.score, (row.survey_answers as MetricCell).value]))).toEqual({
      1: 1,
      3: 1,
      4: 4,
      5: 14,
    })
  })

  test('a verdict names teams and not their ids', async () => {
    const { verdicts } = await runQuery({ metrics: ['full_resolution_time'], by: ['team'] }, context)
    expect(verdicts[0]?.sentence).toContain('from Onboardings (')
  })

  test('no wait is longer than the whole case, and nothing is solved before it began', async () => {
    const wrong = await raw.row(`SELECT
      count(*) FILTER (CAST("Requester wait time in minutes" AS INTEGER) > CAST("Full resolution time in minutes" AS INTEGER)),
      count(*) FILTER (${moment('Solved at')} < ${moment('Created at')}),
      count(*) FILTER (CAST("First resolution time in minutes" AS INTEGER) > CAST("Full resolution time in minutes" AS INTEGER)),
      count(*) FILTER (abs(${hoursToSolve} - CAST("Resolution time" AS INTEGER)) > 0.5) FROM raw`)
    expect(wrong.map(Number)).toEqual([0, 0, 0, 0])
  })

  test('the destroyed ids and the wrong unit are reported', () => {
    expect(found['scientific-id']).toMatchObject({ found: 16_476, facts: { column: 'Requester id' } })
    expect(Number(found['scientific-id']?.facts.kinds)).toBeLessThan(1000)
    const { facts } = found['duration-unit']!
    expect(facts).toMatchObject({
      column: 'Resolution time',
      unit: 'hours',
      from: 'Created at',
      to: 'Solved at',
      declared: 'none',
    })
    expect(found['duration-unit']?.found).toBe(found['duration-unit']?.checked)
    expect(found['constant-column']).toBeUndefined()
  })

  test('nothing in it is unreadable', async () => {
    expect(await context.store.rows(sql`SELECT count(*) AS n FROM cx.rejects`)).toEqual([{ n: 0 }])
  })

  test('customers cannot be counted by destroyed ids', async () => {
    expect((await cell('customers')).refused?.missing).toEqual(['customers.is_identified'])
  })
})

describe('the generated export', () => {
  test('has the 23 columns, and a dictionary that says minutes', async () => {
    const { files } = await generate('success-team', { rows: 500, out: join(folder, 'small') })
    expect(files.map(({ rows }) => rows)).toEqual([500, 23])
    expect(exportColumns).toHaveLength(23)
    expect(readFileSync(files[0]!.path, 'utf8').split('\n')[0]).toBe(exportColumns.map(({ name }) => name).join(','))
    expect(readFileSync(files[1]!.path, 'utf8')).toContain('\nResolution time,Integer,minutes,')
  })

  test('same seed, same bytes; another seed, others', async () => {
    const make = async (name: string, options: { seed?: number; threads?: number }) => {
      await generate('success-team', { rows: 3000, out: join(folder, name), ...options })
      return digest(exported(name))
    }
    const one = await make('one', { threads: 1 })
    expect(await make('two', { threads: 2 })).toBe(one)
    expect(await make('other', { seed: 2 })).not.toBe(one)
  })

  test('few records are possible, in both forms', async () => {
    for (const likePublished of [false, true])
      for (const rows of [1, 2, 999]) {
        const out = join(folder, `few ${likePublished} ${rows}`)
        const { files } = await generate('success-team', { rows, likePublished, out })
        expect(readFileSync(files[0]!.path, 'utf8').split('\n')).toHaveLength(rows + 2)
      }
  })

  test('its dirt is there exactly as often as planted, and accounted for', async () => {
    const { files } = await generate('success-team', { rows: 3000, out: join(folder, 'dirty'), dirt: 'hard' })
    const lines = readFileSync(files[0]!.path, 'utf8').trim().split('\n').slice(1)
    const blank = lines.filter((line) => /^,+$/.test(line)).length
    expect({
      unquotedComma: lines.filter(
        (line) => line.includes(',Mail, forwarded,') || /,[A-Z][A-Za-z ]+, forwarded,/.test(line),
      ).length,
      unreadableMoment: lines.filter((line) => line.includes('00-00-0000 00:00')).length,
      blank,
      duplicate: lines.length - new Set(lines).size - (blank - 1),
      shortRecord: lines.filter((line) => line.replace(/"[^"]*"/g, '').split(',').length === 19).length,
    }).toEqual(files[0]!.dirt)
    for (const [id, { perThousand }] of Object.entries(stains)) expect(files[0]!.dirt[id], id).toBe(3 * perThousand)
    const { report } = await builtFrom(files[0]!.path)
    const { unquotedComma, duplicate, blank: empty } = files[0]!.dirt
    expect(report.loads[0]).toMatchObject({ records: 3000, duplicate, skipped: empty })
    expect(report.loads[0]!.rejected).toBeGreaterThanOrEqual(unquotedComma!)
  }, 30_000)

  test('without dirt the ids are whole, and people can be counted', async () => {
    const { files } = await generate('success-team', { rows: 1000, out: join(folder, 'clean'), dirt: 'none' })
    const raw = await readerOf(files[0]!.path)
    const { report, store } = await builtFrom(files[0]!.path)
    const frame = await runQuery({ metrics: ['customers'] }, await contextOf(store))
    expect(frame.rows[0]?.customers).toHaveProperty(
      'value',
      await raw.number('SELECT count(DISTINCT "Requester id") FROM raw'),
    )
    expect(report.results.filter(({ check, found }) => check === 'scientific-id' && found > 0)).toEqual([])
  })

  test('is busiest at both ends of the week and quiet at the weekend', async () => {
    await generate('success-team', { rows: 12_000, out: join(folder, 'week'), dirt: 'none' })
    const raw = await readerOf(exported('week'))
    const days = await raw.counts(
      `SELECT isodow(${moment('Solved at')}), count(*) FROM raw WHERE "Solved at" <> '' GROUP BY 1`,
    )
    const most = Object.entries(days)
      .toSorted((a, b) => b[1] - a[1])
      .map(([day]) => day)
    expect(most.slice(0, 2).toSorted()).toEqual(['1', '5'])
    expect(most.slice(-2).toSorted()).toEqual(['6', '7'])
    expect(hourWeights).toHaveLength(24)
  })

  test('the documentation prints its dirt', () => {
    const rows = Object.entries(stains).map(
      ([id, { says, perThousand, ...rest }]) =>
        `| \`${id}\` | ${says} | ${perThousand} | ${'hard' in rest ? 'hard' : 'some'} |`,
    )
    const head = ['| dirt | what is wrong | of 1,000 records | from degree |', '|---|---|--:|---|']
    expect(docsBlock('success-dirt')).toBe([...head, ...rows].join('\n'))
  })
})
