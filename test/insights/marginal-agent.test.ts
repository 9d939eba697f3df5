import { beforeAll, expect, test } from 'vitest'
import { readWords } from '../../src/config/read-words.ts'
import type { Words } from '../../src/config/words.ts'
import type { NoFindings } from '../../src/insights/finding.ts'
import { findMarginal, type MarginalAgent } from '../../src/insights/marginal-agent.ts'
import type { MarginalQueue, QueueDay } from '../../src/insights/marginal-evidence.ts'
import { marginOf } from '../../src/stats/marginal-agent.ts'
import { uniformDraws } from '../../src/stats/uniform-draws.ts'

let words: Words
let french: Words
beforeAll(async () => {
  words = await readWords(['catalog/words'], 'en', [])
  french = await readWords(['catalog/words'], 'fr', [])
})

/** Eight weeks of days that differ by chance: `contacts` a day over eight hours, `share` of them in time. */
function queue(group: string, contacts: number, share: number, seed: number, weeks = 8): MarginalQueue {
  const draw = uniformDraws(seed)
  const days = Array.from({ length: weeks * 7 }, (_, at): QueueDay => {
    const came = Math.round(contacts * (0.8 + 0.4 * draw()))
    const within = Math.round(came * Math.min(1, share + 0.1 * (draw() - 0.5)))
    return {
      day: new Date(Date.UTC(2026, 0, 5 + at)).toISOString().slice(0, 10),
      weekday: (at % 7) + 1,
      contacts: came,
      judged: came,
      within,
      handled: came,
      seconds: Math.round(came * (280 + 40 * draw())),
    }
  })
  const ofWeekday = (weekday: number) =>
    days.filter((day) => day.weekday === weekday).reduce((sum, day) => sum + day.contacts, 0)
  const hours = [1, 2, 3, 4, 5, 6, 7].flatMap((weekday) =>
    [9, 10, 11, 12, 13, 14, 15, 16].map((hour) => ({ weekday, hour, contacts: ofWeekday(weekday) / 8 })),
  )
  const sum = (of: keyof QueueDay) => days.reduce((all, day) => all + Number(day[of]), 0)
  const parts = { talk: sum('seconds'), hold: 0, wrapup: 0 }
  const span = { from: days[0]!.day, to: days.at(-1)!.day }
  return {
    channel: 'call',
    by: 'market',
    group,
    label: group,
    contacts: sum('contacts'),
    ...span,
    within: 20,
    handled: sum('handled'),
    parts,
    hours,
    days,
  }
}

const asked = () => ({ concurrency: {}, handle: {}, words })
const found = (queues: MarginalQueue[]) => findMarginal({ queues, missing: [] }, asked()) as MarginalAgent

test('a queue that answers half of its many contacts in time is told from two that answer nearly all', () => {
  const answer = found([queue('IT', 400, 0.5, 1), queue('NL', 100, 0.95, 2), queue('FI', 100, 0.97, 3)])
  const [table] = answer.tables
  expect(table!.places.map((each) => [each.group, each.rank.more.best])[0]).toEqual(['IT', 1])
  expect(table!.sentences[0]).toMatch(/^One agent more brings the most at Phone, IT: [\d.,]+ more contacts a week/)
  const [finding] = answer.findings
  expect(finding).toMatchObject({ id: 'staffing.marginal.market.call.IT', kind: 'staffing' })
  expect(finding!.confidence).toMatchObject({ tried: 6 })
  expect(finding!.confidence.q).toBeLessThan(0.05)
  expect(finding!.check).toMatchObject({ metrics: ['call_acceptance_rate'] })
})

test('queues that are alike are not ranked, whichever came out ahead', () => {
  const answer = found([queue('A', 200, 0.8, 4), queue('B', 200, 0.8, 5), queue('C', 200, 0.8, 6)])
  expect(answer.tables[0]!.places.map((each) => each.rank.more)).toEqual(new Array(3).fill({ best: 1, worst: 3 }))
  expect(answer.tables[0]!.sentences[0]).toBe(
    'One agent more brings as much in one of 3 queues of markets as in another, as far as the data tell.',
  )
  expect(answer.findings).toEqual([])
})

test('the interval is the one that drawing the days again gives', () => {
  const one = queue('IT', 300, 0.7, 7, 20)
  const place = found([one]).tables[0]!.places[0]!
  const draw = uniformDraws(8)
  const drawn = Array.from({ length: 400 }, () => {
    const days = one.days.map((day) => {
      const same = one.days.filter((each) => each.weekday === day.weekday)
      return same[Math.floor(draw() * same.length)]!
    })
    const sum = (of: 'contacts' | 'judged' | 'within' | 'handled' | 'seconds', some = days) =>
      some.reduce((all, day) => all + day[of], 0)
    const scale = sum('contacts') / sum('contacts', one.days)
    return marginOf(
      {
        perHour: one.hours.map((each) => (each.contacts / 20) * scale),
        handleSeconds: sum('seconds') / sum('handled'),
        within: 20,
        attained: sum('within') / sum('judged'),
        concurrency: 1,
      },
      40,
    )
  })
  const errorOf = (values: number[]) => {
    const mean = values.reduce((all, each) => all + each, 0) / values.length
    return Math.sqrt(values.reduce((all, each) => all + (each - mean) ** 2, 0) / (values.length - 1))
  }
  for (const of of ['more', 'less'] as const) {
    const ratio = (place[of].high - place[of].low) / (2 * 1.96 * errorOf(drawn.map((each) => each[of])))
    expect(ratio).toBeGreaterThan(0.8)
    expect(ratio).toBeLessThan(1.25)
  }
})

test('left out or refused in a sentence, in both languages', () => {
  const short = queue('PL', 100, 0.9, 9, 3)
  expect(found([queue('IT', 300, 0.7, 1), short]).left[0]).toContain('Phone, PL is left out: 21 whole days')
  const unmeasured = { ...short, parts: { talk: 10, hold: null, wrapup: null } }
  expect((findMarginal({ queues: [unmeasured], missing: [] }, asked()) as NoFindings).refused).toContain(
    '21 whole days',
  )
  const none = findMarginal({ queues: [], missing: ['touchpoints.team'] }, asked())
  expect(none).toMatchObject({ missing: ['touchpoints.team'] })
  expect((none as NoFindings).refused).toContain('cannot be told')
  const told = findMarginal({ queues: [queue('IT', 300, 0.7, 1)], missing: [] }, { ...asked(), words: french })
  expect((told as MarginalAgent).tables[0]!.sentences[0]).toMatch(/^À Téléphone, IT, un agent de plus apporte/)
})
