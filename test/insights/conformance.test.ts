import fc from 'fast-check'
import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import { type Conformance, findConformance } from '../../src/insights/conformance.ts'
import { type ConformanceEvidence, readConformance, readSteps } from '../../src/insights/conformance-evidence.ts'
import { targetHas } from '../../src/insights/target-edges.ts'
import { parseTargetProcess, settleSteps, type TargetProcess } from '../../src/insights/target-process.ts'
import { raw } from '../../src/sql/sql.ts'
import type { Store } from '../../src/store/store.ts'
import { contextOf, emptyModel, fill } from '../metrics/fixture.ts'

let store: Store
beforeAll(async () => {
  store = await emptyModel()
})
afterAll(() => store.close())
beforeEach(clear)

async function clear(): Promise<void> {
  for (const table of ['cases', 'case_events', 'surveys']) await store.run(raw(`DELETE FROM cx."${table}"`))
}

/** Steps of a case with the minute of each. */
type Life = [step: string, minute: number][]

async function write(cases: Life[]): Promise<void> {
  await fill(store, 'cases', `SELECT * FROM (VALUES ${cases.map((_, at) => `('c${at}')`).join(', ')}) AS t(id)`)
  const events = cases.flatMap((life, at) =>
    life.map(
      ([step, minute], place) =>
        `('c${at}-${place}', 'c${at}', '${step}', TIMESTAMP '2026-01-05 08:00:00' + to_minutes(${minute}), ${place + 1})`,
    ),
  )
  if (events.length > 0)
    await fill(store, 'case_events', `SELECT * FROM (VALUES ${events.join(', ')}) AS t(id, "case", step, "at", record)`)
}

function targetOf(text: string): { target: TargetProcess | null; problems: Problem[] } {
  const problems: Problem[] = []
  return { target: parseTargetProcess(parseYaml(text, 'desk.yaml'), problems), problems }
}

const desk = targetOf(`process: desk
title: the desk
steps:
  - step: Note
  - { step: Check, within: 60 min }
  - { step: Wait, optional: true, again: true }
  - { step: Close, within: 2 h, after: Note }
within: 4 h`).target!

async function judged(target = desk): Promise<ConformanceEvidence> {
  return (await readConformance(target, {}, await contextOf(store)))!
}

const brief = ({ deviations }: ConformanceEvidence): string[] =>
  deviations.map(({ kind, step, other, cases, count }) =>
    [kind, step, other, cases, count].filter((each) => each !== null).join(' '),
  )

describe('a case beside its process', () => {
  test('follows it, or parts by what is missing, too much, in the wrong order or too late', async () => {
    await write([
      [
        ['Note', 0],
        ['Check', 60],
        ['Close', 120],
      ],
      [
        ['Note', 0],
        ['Check', 10],
        ['Wait', 20],
        ['Wait', 30],
        ['Close', 40],
      ],
      [
        ['Note', 0],
        ['Close', 10],
      ],
      [
        ['Note', 0],
        ['Check', 61],
        ['Close', 100],
      ],
      [
        ['Check', 0],
        ['Note', 5],
        ['Close', 10],
      ],
      [
        ['Note', 0],
        ['Check', 10],
        ['Phone', 11],
        ['Phone', 12],
        ['Close', 20],
      ],
      [
        ['Note', 0],
        ['Check', 10],
        ['Check', 12],
        ['Check', 13],
        ['Close', 20],
      ],
      [
        ['Note', 0],
        ['Check', 10],
        ['Close', 121],
      ],
      [
        ['Note', 0],
        ['Check', 10],
        ['Close', 20],
        ['Wait', 300],
      ],
      [
        ['Note', 0],
        ['Check', 10],
      ],
      [
        ['Note', 0],
        ['Wait', 10],
      ],
    ])
    const evidence = await judged()
    expect(evidence).toMatchObject({ cases: 11, finished: 9, followed: 2, running_parted: 1, reached: [9, 8, 2, 9] })
    expect(brief(evidence)).toEqual([
      'again Check 1 2',
      'extra Phone 1 2',
      'late Check 1 1',
      'late Close 1 1',
      'long 1 1',
      'missing Check 1 1',
      'order Check Note 1 1',
      'order Close Wait 1 1',
    ])
    const found = findConformance(desk, evidence, (await contextOf(store)).words) as Conformance
    expect(found.sentence).toMatch(
      /^2 of 9 finished cases followed the desk: 22\.2% \(95 % interval 6\.3% to 54\.7%\)\./,
    )
    expect(found.limits[0]).toBe('2 cases are not finished and are not judged; one of them has parted already.')
  })

  test('agrees with a reading case by case, whatever the log', async () => {
    const life = fc.array(
      fc.tuple(fc.constantFrom('Note', 'Check', 'Wait', 'Close', 'Phone'), fc.integer({ min: 0, max: 300 })),
      {
        minLength: 1,
        maxLength: 7,
      },
    )
    await fc.assert(
      fc.asyncProperty(fc.array(life, { minLength: 1, maxLength: 12 }), async (cases) => {
        await clear()
        const sorted = cases.map((each) => each.toSorted(([, a], [, b]) => a - b) as Life)
        await write(sorted)
        const evidence = await judged()
        const finished = sorted.filter((each) => each.some(([step]) => step === 'Close'))
        expect(evidence.finished).toBe(finished.length)
        expect(evidence.followed).toBe(finished.filter((each) => marksOf(each).size === 0).length)
        const counts = new Map<string, number>()
        for (const each of finished) for (const mark of marksOf(each)) counts.set(mark, (counts.get(mark) ?? 0) + 1)
        const found = evidence.deviations.map(({ kind, step, other, cases: n }) => [
          [kind, step, other].join(' ').trim(),
          n,
        ])
        expect(Object.fromEntries(found)).toEqual(Object.fromEntries(counts))
      }),
      { numRuns: 25 },
    )
  }, 60_000)
})

/** The same rules, step by step. */
function marksOf(life: Life): Set<string> {
  const order = ['Note', 'Check', 'Wait', 'Close']
  const first = new Map<string, { place: number; minute: number }>()
  const times = new Map<string, number>()
  for (const [place, [step, minute]] of life.entries()) {
    if (!first.has(step)) first.set(step, { place, minute })
    times.set(step, (times.get(step) ?? 0) + 1)
  }
  const marks = new Set<string>()
  for (const step of ['Note', 'Check', 'Close']) if (!first.has(step)) marks.add(`missing ${step}`)
  if (first.has('Phone')) marks.add('extra Phone')
  for (const step of ['Note', 'Check', 'Close']) if ((times.get(step) ?? 0) > 1) marks.add(`again ${step}`)
  let latest: { step: string; place: number } | null = null
  for (const step of order) {
    const own = first.get(step)
    if (!own) continue
    if (latest && own.place < latest.place) marks.add(`order ${step} ${latest.step}`)
    if (!latest || own.place > latest.place) latest = { step, place: own.place }
  }
  const minute = (step: string): number => first.get(step)?.minute ?? Number.NaN
  if (minute('Check') - minute('Note') > 60) marks.add('late Check')
  if (minute('Close') - minute('Note') > 120) marks.add('late Close')
  if (life.at(-1)![1] - life[0]![1] > 240) marks.add('long')
  return marks
}

describe('satisfaction beside a deviation', () => {
  async function rated(lower: number): Promise<Conformance> {
    const good: Life = [
      ['Note', 0],
      ['Check', 10],
      ['Close', 20],
    ]
    const cases = Array.from(
      { length: 400 },
      (_, at): Life => (at % 2 ? good : [...good.slice(0, 2), ['Phone', 15], ['Close', 20]]),
    )
    await write(cases)
    const scores = cases.map(
      (_, at) => `('s${at}', 'c${at}', 'csat', ${1 + ((at * 7 + Math.floor(at / 5)) % 5) * (at % 2 ? 1 : lower)})`,
    )
    await fill(store, 'surveys', `SELECT * FROM (VALUES ${scores.join(', ')}) AS t(id, "case", kind, score)`)
    const context = await contextOf(store)
    return findConformance(desk, await readConformance(desk, {}, context), context.words) as Conformance
  }

  test('is told as lower only where it was shown', async () => {
    expect((await rated(0.5)).deviations[0]).toMatchObject({ kind: 'extra', rating: { verdict: 'lower' } })
    await clear()
    expect((await rated(1)).deviations[0]).toMatchObject({ kind: 'extra', rating: { verdict: 'not_shown' } })
  })
})

describe('what stands in the file', () => {
  test('a step that no case has is refused with its line and the nearest', async () => {
    await write([
      [
        ['Note', 0],
        ['Check', 1],
        ['Wait', 2],
        ['Close', 3],
      ],
    ])
    const { target } = targetOf('process: desk\nsteps:\n  - step: note\n  - step: Chek\n  - step: close\n')
    const problems: Problem[] = []
    const settled = settleSteps(target!, await readSteps(await contextOf(store)), problems)
    expect(settled.steps.map(({ step }) => step)).toEqual(['Note', 'Chek', 'Close'])
    expect(problems).toEqual([
      {
        code: 'step-unknown',
        message: 'The process "desk" names the step "Chek", which no case has.',
        where: 'desk.yaml:4',
        fix: 'Did you mean Check?',
      },
    ])
  })

  test('every fault has its line', () => {
    const { target, problems } = targetOf(`process: desk
steps:
  - { step: Note, within: 1 h }
  - { step: Check, within: soon }
`)
    expect(target).toBeNull()
    expect(problems.map(({ where }) => where)).toEqual(['desk.yaml:4'])
    const again = targetOf(`process: desk
steps:
  - { step: Note, within: 1 h }
  - { step: Check, within: 2 h, after: Nota }
  - { step: Note }
  - { step: Close, after: Note }
`)
    expect(again.problems.map(({ code, where }) => `${code} ${where}`)).toEqual([
      'limit-without-begin desk.yaml:3',
      'step-unknown desk.yaml:4',
      'step-twice desk.yaml:5',
      'limit-missing desk.yaml:6',
    ])
  })

  test('which transitions it has', () => {
    const has = (from: string, to: string): boolean => targetHas(desk, { from, to })
    expect([has('Note', 'Check'), has('Check', 'Close'), has('Wait', 'Wait'), has('Check', 'Wait')]).toEqual([
      true,
      true,
      true,
      true,
    ])
    expect([has('Note', 'Close'), has('Close', 'Note'), has('Check', 'Check'), has('Note', 'Phone')]).toEqual([
      false,
      false,
      false,
      false,
    ])
  })
})
