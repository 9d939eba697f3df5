import { existsSync } from 'node:fs'
import { join } from 'node:path'
import fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { parseYaml } from '../../../src/config/yaml.ts'
import type { Problem } from '../../../src/errors.ts'
import { parsePack } from '../../../src/flow/map/pack.ts'
import { writePack } from '../../../src/flow/map/write-pack.ts'
import type { Store } from '../../../src/store/store.ts'
import { corpus, rowsOf, type Shape, unseen } from './corpus.ts'
import { csvBatch, land, readPack, withStore } from './land.ts'
import { propose, tableBatch } from './propose.ts'

const mapping = (proposals: { target: string; column: string }[]): Record<string, string> =>
  Object.fromEntries(proposals.map(({ target, column }) => [target, column]))

type Rows = ReturnType<typeof rowsOf>
type Change = (rows: Rows, columns: string[]) => { rows: Rows; columns: string[] }

async function proposeShape(
  store: Store,
  folder: string,
  shape: Shape,
  change: Change = (rows, columns) => ({ rows, columns }),
) {
  const { rows, columns } = change(rowsOf(shape), Object.keys(shape.columns))
  return propose(store, await tableBatch(folder, 'export', columns, rows), { answers: shape.answers })
}

/** Share of targets that are filled as a person would; prints what is not. */
async function accuracy(name: string, shapes: Shape[]): Promise<number> {
  let right = 0
  let all = 0
  const wrong: string[] = []
  await withStore(async (store, folder) => {
    for (const shape of shapes) {
      const got = mapping((await proposeShape(store, folder, shape)).proposals)
      for (const target of new Set([...Object.keys(got), ...Object.keys(shape.expected)])) {
        all++
        if (got[target] === shape.expected[target]) right++
        else
          wrong.push(
            `${shape.name}: ${target} is ${got[target] ?? 'nothing'}, not ${shape.expected[target] ?? 'nothing'}`,
          )
      }
    }
  })
  const share = ((100 * right) / all).toFixed(1)
  console.log(
    `auto-mapping, ${name}: ${right} of ${all} columns right (${share} %) in ${shapes.length} exports\n${wrong.join('\n')}`,
  )
  return right / all
}

describe('the corpus of exports', () => {
  it('maps at least 97 of 100 columns as a person would', async () => {
    expect(await accuracy('corpus', corpus)).toBeGreaterThan(0.97)
  })

  it('maps most columns of exports that it was never tuned to, and few of them wrong', async () => {
    expect(await accuracy('unseen', unseen)).toBeGreaterThan(0.8)
  })

  it('writes every proposal as a pack that reads back and lands', async () => {
    await withStore(async (store, folder) => {
      for (const [at, shape] of corpus.entries()) {
        const rows = rowsOf(shape)
        const batch = await tableBatch(folder, 'export', Object.keys(shape.columns), rows)
        const proposed = await propose(store, batch, { answers: shape.answers, guess: true })
        const problems: Problem[] = []
        const pack = parsePack(parseYaml(writePack(proposed), 'pack.yaml'), problems)
        expect(problems, shape.name).toEqual([])
        expect(proposed.pack, shape.name).toEqual(parseYaml(writePack(proposed), 'pack.yaml').value)
        const landed = await land(store, batch, pack!, { source: `s${at}`, load: `load${at}` })
        const doubles = landed.doubles.reduce((sum, { n }) => sum + Number(n), 0)
        expect(landed.mapped + landed.rejected + doubles, shape.name).toBe(rows.length)
        expect(landed.fill.notes, shape.name).toEqual([])
      }
    })
  })
})

const sample = join(import.meta.dirname, '../../../catalog/packs/customer-first/sample/customer_support_tickets.csv')
const real = join(import.meta.dirname, '../../../../shared/data/customer-first/customer_support_tickets.csv')

describe('customer-first without its pack', () => {
  const pack = readPack(join(import.meta.dirname, '../../../catalog/packs/customer-first/pack.yaml'))
  const filled = (fills: { table: string; columns: Record<string, unknown> }[]): string[] =>
    fills.flatMap(({ table, columns }) => Object.keys(columns).map((column) => `${table}.${column}`)).sort()

  it.skipIf(!existsSync(real))('is mapped to the same model columns', async () => {
    await withStore(async (store) => {
      const known = (await pack).tables[0]!
      const proposed = await propose(store, await csvBatch(real, known.recognise, 8469))
      expect(proposed.questions).toEqual([])
      const problems: Problem[] = []
      const read = parsePack(parseYaml(writePack(proposed), 'pack.yaml'), problems)!
      expect(filled(read.tables[0]!.fills)).toEqual(filled(known.fills))
      for (const fill of known.fills) {
        const same = read.tables[0]!.fills.find(({ table }) => table === fill.table)!
        expect([same.table, same.key]).toEqual([fill.table, fill.key])
        for (const [column, rule] of Object.entries(fill.columns)) {
          const other = same.columns[column]!
          if (rule.kind === 'from') expect(other, column).toMatchObject({ kind: 'from', from: rule.from })
        }
      }
      expect(proposed.notes).toMatchObject([
        { code: 'moments-inverted', message: expect.stringContaining('1365 of 2769') },
      ])
    })
  })

  it('proposes the same from its sample', async () => {
    await withStore(async (store) => {
      const known = (await pack).tables[0]!
      const proposed = await propose(store, await csvBatch(sample, known.recognise, 40))
      expect(mapping(proposed.proposals)).toMatchObject({
        'cases.solved_at': 'Time to Resolution',
        'cases.first_response_at': 'First Response Time',
      })
    })
  })
})

describe('proposals', () => {
  it('do not depend on the order of columns or records', async () => {
    await withStore(async (store, folder) => {
      for (const shape of [corpus[0]!, corpus[7]!, corpus[9]!]) {
        const first = mapping((await proposeShape(store, folder, shape)).proposals)
        const all = [...Object.keys(shape.columns).keys()]
        await fc.assert(
          fc.asyncProperty(fc.shuffledSubarray(all, { minLength: all.length }), fc.integer(), async (order, seed) => {
            const shuffled = await proposeShape(store, folder, shape, (rows, columns) => ({
              columns: order.map((at) => columns[at]!),
              rows: rows
                .map((row, at) => ({ row: order.map((index) => row[index]!), key: Math.imul(at + 1, seed | 1) >>> 0 }))
                .sort((a, b) => a.key - b.key)
                .map(({ row }) => row),
            }))
            expect(mapping(shuffled.proposals)).toEqual(first)
          }),
          { numRuns: 3 },
        )
      }
    })
  })

  it('decide the order of day and month from the whole column, and never silently', async () => {
    const part = (n: number): string => String(n).padStart(2, '0')
    await withStore(async (store, folder) =>
      fc.assert(
        fc.asyncProperty(
          fc.constantFrom('d/m/y', 'm/d/y'),
          fc.constantFrom('/', '.', '-'),
          fc.array(fc.record({ day: fc.integer({ min: 1, max: 28 }), month: fc.integer({ min: 1, max: 12 }) }), {
            minLength: 3,
            maxLength: 30,
          }),
          async (order, sign, dates) => {
            const text = dates.map(({ day, month }) =>
              [...(order === 'd/m/y' ? [day, month] : [month, day]).map(part), '2026'].join(sign),
            )
            const rows = text.map((value, at) => [at, value])
            const { pack, questions, notes } = await propose(
              store,
              await tableBatch(folder, 'dates', ['Ticket ID', 'Created at'], rows),
            )
            const rule = pack.tables[0]!.fills[0]!.columns!.created_at
            const decided = dates.some(({ day }) => day > 12)
            expect(rule).toEqual(decided ? { from: 'Created at', read: order } : undefined)
            expect(questions.map(({ id }) => id)).toEqual(decided ? [] : ['date-order:Created at'])
            expect(notes.map(({ code }) => code)).toEqual(decided ? [] : ['mapping-undecided'])
          },
        ),
        { numRuns: 15 },
      ),
    )
  })

  const asked = async (
    columns: string[],
    rows: (string | number)[][],
    options: { guess?: boolean; answers?: Record<string, string> } = {},
  ) => withStore(async (store, folder) => propose(store, await tableBatch(folder, 'q', columns, rows), options))

  it('ask where both orders occur, guess with --yes and say so, and take an answer', async () => {
    const rows = [
      [1, '13/05/2026'],
      [2, '05/13/2026'],
      [3, '14/05/2026'],
    ]
    const open = await asked(['Ticket ID', 'Created at'], rows)
    expect(open.questions[0]!.question).toMatch(/in 2 values only the first part/)
    const guessed = await asked(['Ticket ID', 'Created at'], rows, { guess: true })
    expect(guessed.pack.tables[0]!.fills[0]!.columns).toMatchObject({ created_at: { read: 'd/m/y' } })
    expect(guessed.notes).toMatchObject([{ code: 'mapping-guessed' }])
    const answered = await asked(['Ticket ID', 'Created at'], rows, { answers: { 'date-order:Created at': 'm/d/y' } })
    expect([answered.questions, answered.notes]).toEqual([[], []])
  })

  it('ask about a comma, a scale, a unit and a state that the values leave open', async () => {
    const result = await asked(
      ['Ticket ID', 'Resolution time', 'Satisfaction', 'State', 'Full resolution time'],
      [
        [1, '1,234', 6, 'Bavaria', '12'],
        [2, '2,345', 3, 'Hesse', '900'],
        [3, '1,000', 7, 'Berlin', '5'],
      ],
    )
    expect(result.questions.map(({ id }) => id).sort()).toEqual([
      'scale:Satisfaction',
      'state:State',
      'unit:Full resolution time',
    ])
    const comma = await asked(
      ['Ticket ID', 'Resolution time (hours)'],
      [
        [1, '1,234'],
        [2, '2,345'],
        [3, '1,000'],
      ],
    )
    expect(comma.questions.map(({ id }) => id)).toEqual(['decimal:Resolution time (hours)'])
  })

  it('list the words that they do not know', async () => {
    const result = await asked(
      ['Ticket ID', 'Status'],
      [
        [1, 'Open'],
        [2, 'Parked'],
        [3, 'Closed'],
        [4, 'Frozen'],
      ],
    )
    expect(result.notes).toMatchObject([
      { code: 'words-unknown', message: '2 values of "Status" (Frozen, Parked) are no known status; kept as written.' },
    ])
  })

  it('refuse a file in which nothing looks like a ticket', async () => {
    await expect(
      asked(
        ['Foo', 'Bar'],
        [
          ['x', 'y'],
          ['x', 'z'],
        ],
      ),
    ).rejects.toMatchObject({ problems: [{ code: 'export-unknown' }] })
  })
})
