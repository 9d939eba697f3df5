import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { readWords } from '../../src/config/read-words.ts'
import { say } from '../../src/config/words.ts'
import { findDrifts, type LoadedColumn } from '../../src/flow/check/schema-drift.ts'
import { sql } from '../../src/sql/sql.ts'
import { csvOf, type Desk, makeDesk, removeDesk, type Ticket } from './desk.ts'

const checks = 'checks:\n  - { id: schema-drift, severity: warning, kind: schema_drift }\n'
const tickets = (from: number, to: number): Ticket[] =>
  Array.from({ length: to - from + 1 }, (_, at) => ({ id: from + at, revision: 1 }))

describe('a build', () => {
  let desk: Desk
  beforeAll(async () => {
    desk = await makeDesk({ checks })
    await desk.write('1.csv', csvOf(tickets(1, 4)))
    await desk.build()
  })
  afterAll(() => removeDesk(desk))

  test('goes on without a column that is no key, and says which KPI it takes away', async () => {
    await desk.write(
      '2.csv',
      csvOf(tickets(5, 8), ['Opened'])
        .replace('Revision', 'Revision,Mood')
        .replaceAll(/^(\d+,\d+)/gm, '$1,fine'),
    )
    const takenAway = (column: string) => (column === 'cases.created_at' ? ['case_age', 'backlog'] : [])
    const { results, notes, reused, version } = await desk.build({ takenAway })
    expect(reused).toBe(1)
    expect(
      results.map(({ check, severity, subject, facts }) => [check, severity, subject, facts.change, facts.lost]),
    ).toEqual([
      ['schema-drift', 'warning', 'Opened', 'missing', 'case_age,backlog'],
      ['schema-drift', 'warning', 'Mood', 'new', ''],
    ])
    expect(notes.map(({ code, message }) => `${code}: ${message}`)).toEqual([
      'schema-drift: 2.csv has no column "Opened", which the files of "desk" had before. Its records are not in case_age, backlog, for want of cases.created_at.',
      'schema-drift: 2.csv has a column "Mood", which the files of "desk" did not have before.',
    ])
    expect(await desk.rows(version, sql`SELECT count(*) AS n, count(created_at) AS dated FROM cx.cases`)).toEqual([
      { n: 8, dated: 4 },
    ])
  })

  test('reads a file by the pack of its source although what the pack is known by was renamed', async () => {
    await desk.write('3.csv', csvOf(tickets(9, 12)).replace('Revision', 'Change no'))
    const { mappings, notes, results } = await desk.build()
    expect(mappings.map(({ pack }) => pack)).toEqual(['desk', 'desk', 'desk'])
    expect(notes.map(({ code }) => code)).toContain('columns-drifted')
    expect(results.map(({ subject, facts }) => [subject, facts.change])).toContainEqual(['Revision', 'renamed'])
  })
})

const column = (load: string, name: string, more: Partial<LoadedColumn> = {}): LoadedColumn => ({
  load,
  source: 'desk',
  pack: 'desk',
  table: 'cases',
  file: `${load}.csv`,
  form: 'csv',
  place: load === 'old' ? 1 : 2,
  records: 100,
  name,
  type: 'text',
  missing: 0,
  lowest: null,
  highest: null,
  top: [],
  fills: [],
  ...more,
})
const changes = (before: LoadedColumn[], now: LoadedColumn[]) =>
  findDrifts(before, [...before, ...now], () => []).map(({ change, column: name, now: to }) => [change, name, to])

describe('a column', () => {
  test('with the same values under another name was renamed', () => {
    const top = ['Email', 'Chat', 'Phone']
    const old = column('old', 'Channel', { top, fills: [{ column: 'cases.channel', failed: 0 }] })
    expect(changes([old], [column('new', 'Contact by', { top })])).toEqual([['renamed', 'Channel', 'Contact by']])
    const apart = column('new', 'Mood', { top: ['happy', 'sad'] })
    expect(changes([old], [apart])).toEqual([
      ['missing', 'Channel', null],
      ['new', 'Mood', null],
    ])
  })

  test('of moments over the same days was renamed, over others not', () => {
    const days = { type: 'timestamp', lowest: '2024-01-01 00:00:00', highest: '2024-03-01 00:00:00' }
    const old = column('old', 'Opened', days)
    expect(changes([old], [column('new', 'Creation', { ...days, type: 'text' })])).toEqual([
      ['renamed', 'Opened', 'Creation'],
    ])
    const later = { lowest: '2025-01-01 00:00:00', highest: '2025-03-01 00:00:00' }
    expect(changes([old], [column('new', 'Deadline', later)])).toHaveLength(2)
  })

  test('whose values cannot be read any more, or are of another kind, was retyped', () => {
    const old = column('old', 'Score', { type: 'number', lowest: '1', highest: '5' })
    const unread = column('new', 'Score', {
      type: 'number',
      missing: 90,
      fills: [{ column: 'surveys.score', failed: 90 }],
    })
    expect(changes([old], [unread])).toEqual([['retyped', 'Score', 'text']])
    const some = column('new', 'Score', { ...unread, missing: 5, fills: [{ column: 'surveys.score', failed: 5 }] })
    expect(changes([old], [some])).toEqual([])
    const plain = column('old', 'Floor', { top: ['1', '2'] })
    expect(changes([plain], [column('new', 'Floor', { top: ['first', 'second'] })])).toEqual([
      ['retyped', 'Floor', 'text'],
    ])
  })

  test('that a record of JSON may leave out is missing only where so many records would have had it', () => {
    const loose = { form: 'ndjson' as const }
    const before = [column('old', 'id', loose), column('old', 'note', { ...loose, missing: 50 })]
    expect(changes(before, [column('new', 'id', { ...loose, records: 3 })])).toEqual([])
    expect(changes(before, [column('new', 'id', { ...loose, records: 30 })])).toEqual([['missing', 'note', null]])
  })

  test('of a load that was there before is no news', () => {
    const before = [column('old', 'id'), column('old', 'note')]
    expect(findDrifts(before, before, () => [])).toEqual([])
  })
})

test.each(['en', 'fr'])('the sentences can be said (%s)', async (language) => {
  const words = await readWords([join(import.meta.dirname, '../../catalog/words')], language, [])
  for (const change of ['missing', 'new', 'renamed', 'retyped']) {
    const facts = { change, source: 'desk', file: 'a.csv', column: 'Score', now: 'text', was: 'number', empty: 'score' }
    const texts = ['none', 'CSAT, NPS'].flatMap((lost_labels) =>
      ['checks.schema-drift', 'checks.schema-drift.effect'].map((id) =>
        say(words, id, { ...facts, lost_labels, lost_count: lost_labels === 'none' ? 0 : 2 }),
      ),
    )
    for (const text of texts) expect(text).toMatch(/^[^{}]+[.]$/)
    expect(texts[0]).toContain('Score')
    expect(texts[3]).toContain('CSAT, NPS')
  }
})
