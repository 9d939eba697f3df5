import { describe, expect, it } from 'vitest'
import { type BriefFacts, writeBrief } from '../../../src/flow/map/brief.ts'

const facts: BriefFacts = {
  version: '0.1.0',
  project: 'Support',
  asOf: '2023-06-02T00:55:33Z',
  zone: 'UTC',
  sources: [
    {
      id: 'tickets',
      path: 'a|b.csv',
      pack: 'customer-first',
      records: 40,
      mapped: 37,
      rejected: 1,
      duplicate: 1,
      superseded: 1,
      skipped: 0,
    },
  ],
  mappings: [
    {
      source: 'tickets',
      column: 'cases.status',
      expression: '`Ticket Status` (words)',
      place: 'pack.yaml:31',
      confidence: 0.98,
      reason: 'Its name says "status".',
    },
  ],
  kpis: [
    {
      id: 'reply_rate',
      label: 'Reply rate',
      definition: 'Cases with a response / all cases',
      target: { value: '90 %', source: 'Customer First study' },
      missing: [],
    },
    {
      id: 'first_reply_time',
      label: 'First reply time',
      definition: 'Creation to first response',
      target: { value: '24 h', scope: 'email', source: 'Customer First study' },
      missing: ['cases.created_at'],
    },
  ],
  readiness: [{ field: 'cases.created_at', unlocks: ['First reply time'] }],
  tables: [
    { name: 'cases', row: 'a ticket', rows: 37 },
    { name: 'holdings', row: 'an enrolment', rows: 0 },
  ],
  pages: [{ id: 'service', title: 'Service', question: 'How quickly do we answer?' }],
  problems: [{ message: 'Fax is no known channel.', fix: 'Add it to the pack.' }],
}

describe('writeBrief', () => {
  it('tells the six stages in order', () => {
    expect(writeBrief(facts).match(/^## .*/gm)).toEqual([
      '## Notes',
      '## 1. Requirements and KPI definition',
      '## 2. Assessment of sources',
      '## 3. Architecture',
      '## 4. Transformation logic',
      '## 5. Unified model',
      '## 6. Reporting and visualisation',
    ])
  })
  it('writes targets with their source, gaps and refusals, and only tables with rows', () => {
    const text = writeBrief(facts)
    expect(text).toContain(
      '| First reply time (`first_reply_time`) | Creation to first response | 24 h (email) | Customer First study |',
    )
    expect(text).toContain('- **cases.created_at** would unlock First reply time.')
    expect(text).toContain('- First reply time: needs cases.created_at.')
    expect(text).toContain('| tickets | a\\|b.csv | customer-first | 40 | 37 | 1 | 1 | 1 | 0 |')
    expect(text).not.toContain('holdings')
  })
  it('keeps what was written by hand, and is the same when written twice', () => {
    const edited = writeBrief(facts).replace(/Write here .*/, 'Interview of 3 May: **phone** is for urgent cases.')
    const again = writeBrief({ ...facts, version: '0.2.0' }, edited)
    expect(again).toContain('Interview of 3 May: **phone** is for urgent cases.')
    expect(again).toContain('Version 0.2.0')
    expect(writeBrief({ ...facts, version: '0.2.0' }, again)).toBe(again)
  })
  it('says so where nothing is known', () => {
    const empty: BriefFacts = {
      ...facts,
      asOf: null,
      sources: [],
      mappings: [],
      kpis: [],
      readiness: [],
      tables: [],
      pages: [],
      problems: [],
    }
    expect(writeBrief(empty)).toMatch(/No source yet[\s\S]*Nothing is mapped yet[\s\S]*The model is empty/)
  })
})
