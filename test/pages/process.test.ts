import fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import type { Words } from '../../src/config/words.ts'
import { findProcess, type ProcessMap } from '../../src/insights/process.ts'
import type { ProcessEvidence } from '../../src/insights/process-evidence.ts'
import { inferredFrom } from '../../src/insights/process-states.ts'
import { renderChart } from '../../src/pages/charts/draw.ts'
import { layered } from '../../src/pages/charts/layers.ts'
import { drawnEdges, drawProcess } from '../../src/pages/charts/process.ts'
import { linksOf } from '../../src/pages/links.ts'
import { renderContent } from '../../src/pages/render/content.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { fixtureServices, wordsOf } from './fixtures.ts'

const plain = (text: string): string => text

/** Sequences with a wait of an hour before every step but the first. */
function timed(
  variants: { path: string[]; cases: number }[],
  taint: (text: string) => string = plain,
): ProcessEvidence {
  const evidence = inferredFrom(variants.map(({ path, cases }) => ({ path: path.map(taint), cases })))
  return {
    ...evidence,
    inferred: false,
    duration: { mean: 3600, median: 3600, max: 7200 },
    edges: evidence.edges.map((edge) => ({ ...edge, median: 3600, p90: 7200, total: edge.count * 3600 })),
  }
}

const usual = [
  { path: ['Note', 'Check', 'Decide', 'Close'], cases: 40 },
  { path: ['Note', 'Check', 'Check', 'Decide', 'Check', 'Decide', 'Close'], cases: 9 },
  { path: ['Note', 'Close'], cases: 3 },
]

const mapOf = (evidence: ProcessEvidence, words: Words): ProcessMap => findProcess(evidence, words) as ProcessMap

async function drawn(evidence: ProcessEvidence | null, language = 'en', taint = plain, query = ''): Promise<string> {
  const services = await fixtureServices(language, taint)
  const page = services.pages.find((each) => each.page === 'process')!
  const readProcess = async () => evidence
  return renderContent(await resolvePage(page, query, { ...services, readProcess }), services.words)
}

describe('which transitions are drawn', () => {
  const edges = (...counts: number[]) => counts.map((count, index) => ({ from: `s${index}`, to: 'x', count }))

  test('as many as may be, and none is left out by its name', () => {
    expect(drawnEdges(edges(9, 1, 5), 3).map(({ count }) => count)).toEqual([9, 5, 1])
    expect(drawnEdges(edges(9, 1, 5, 1), 3).map(({ count }) => count)).toEqual([9, 5])
  })

  test('of one large group, the first by name', () => {
    expect(drawnEdges(edges(2, 2, 2), 2).map(({ from }) => from)).toEqual(['s0', 's1'])
  })
})

describe('layers', () => {
  const links = fc.array(fc.record({ from: fc.integer({ min: 0, max: 7 }), to: fc.integer({ min: 0, max: 7 }) }), {
    minLength: 1,
    maxLength: 18,
  })

  test('boxes stay inside and apart, a link runs from its one box to its other, whatever goes where', () => {
    fc.assert(
      fc.property(links, fc.constantFrom(1036, 326), (some, width) => {
        const ids = [...new Set(some.flatMap(({ from, to }) => [from, to]))]
        const nodes = ids.map((id) => ({ id: `n${id}`, order: id, room: 0 }))
        const named = some.map(({ from, to }) => ({ from: `n${from}`, to: `n${to}` }))
        const plan = layered(nodes, named, width, 8)
        const { places, size } = plan
        const fits = size > 48
        for (const [id, { x, layer }] of places) {
          if (fits) expect([x - size / 2 >= -0.5, x + size / 2 <= width + 0.5]).toEqual([true, true])
          for (const [other, place] of places)
            if (fits && other !== id && place.layer === layer) expect(Math.abs(place.x - x)).toBeGreaterThan(size)
        }
        for (const [index, { from, to }] of named.entries()) {
          const way = plan.ways[index]!
          if (from === to) expect(way).toEqual([])
          else expect([way[0]?.layer, way.at(-1)?.layer]).toEqual([places.get(from)?.layer, places.get(to)?.layer])
          if (from !== to) expect(way[0]?.layer).not.toBe(way.at(-1)?.layer)
        }
        expect(layered(nodes, named, width, 8)).toEqual(plan)
      }),
      { numRuns: 200 },
    )
  })
})

describe('the picture', () => {
  test('holds every step and transition with counts and waits, clean and without what is no number', async () => {
    const words = await wordsOf('en')
    for (const width of [1036, 326]) {
      const { option, height, label, foot } = drawProcess(mapOf(timed(usual), words), words, width)
      const svg = await renderChart(option, { width, height }, { label, name: 'How cases go' }, words)
      expect(svg).not.toMatch(/NaN|undefined|Infinity|style=/)
      for (const name of ['Note', 'Check', 'Decide', 'Close']) expect(svg).toContain(`>${name}</text>`)
      expect(svg).toContain('<title>Note › Check: 49 times, median wait 1 hr</title>')
      expect(svg).toContain('52 · start')
      expect(label).toContain('A map of 4 steps and 6 transitions, the most frequent first. Check › Decide: 58 times')
      expect(foot).toContain('All 6 transitions are drawn')
    }
  })

  test('above the limit, the foot says from which count on, how much of all that is, and how many are left', async () => {
    const words = await wordsOf('en')
    const many = Array.from({ length: 30 }, (_, index) => ({ path: ['Note', `Step ${index}`], cases: 30 - index }))
    const { foot } = drawProcess(mapOf(timed(many), words), words, 1036)
    expect(foot).toContain('Drawn are the 20 transitions that occur at least 11 times')
    expect(foot).toContain('10 more stand in the table')
    expect(foot).toContain('on a phone the 10 most frequent')
  })

  test('one step is a map too', async () => {
    const words = await wordsOf('en')
    const { option, height, label } = drawProcess(mapOf(timed([{ path: ['Note'], cases: 2 }]), words), words, 1036)
    expect(JSON.stringify(option)).not.toContain('null')
    expect(height).toBeGreaterThan(0)
    expect(label).toContain('A map of one step and 0 transitions')
  })
})

describe('the page', () => {
  test('opens with what is here; map, waits, sequences and steps follow', async () => {
    const html = await drawn(timed(usual))
    expect(html).toContain('52 cases with 229 events: 4 different steps in 3 sequences.')
    expect(html).toContain('Most waiting is between')
    for (const tile of ['map', 'waits', 'variants', 'steps']) expect(html).toContain(`data-tile="${tile}"`)
    expect(html).toContain('Note › Check › Decide › Close')
    expect(await drawn(timed(usual), 'fr')).toContain('On attend le plus entre')
  })

  test('an inferred map is marked, has no waits, and does not say what it cannot know', async () => {
    const html = await drawn(inferredFrom([{ path: ['activity:created', 'activity:closed'], cases: 5 }]))
    expect(html).toContain('Inferred from statuses and filled fields of 5 cases')
    expect(html).not.toContain('data-tile="waits"')
    expect(html).not.toContain('Median wait')
    expect(html).not.toContain('>Repeated<')
    expect(html).toContain('>Still there<')
  })

  test('an inferred map asks what only people can answer; events ask nothing', async () => {
    const inferred = {
      ...inferredFrom([{ path: ['activity:created'], cases: 5 }]),
      statuses: [{ status: 'pending', cases: 5 }],
    }
    const html = await drawn(inferred)
    expect(html).toContain('Now they stand at Pending 5.')
    expect(html).toContain('5 cases are pending. What do they wait for')
    expect(html).toContain('data-tile="questions"')
    expect(html).not.toContain('href="/rows?')
    expect(await drawn(timed(usual))).not.toContain('data-tile="questions"')
  })

  test('filters and dates go into what is read, and with the counts to the cases behind them', async () => {
    const services = await fixtureServices('en', plain)
    const page = services.pages.find((each) => each.page === 'process')!
    const scopes: unknown[] = []
    const readProcess = async (scope: unknown) => {
      scopes.push(scope)
      return timed(scopes.length > 0 ? usual.slice(0, 1) : usual)
    }
    const view = await resolvePage(page, 'where=channel=chat&from=2026-01-01', { ...services, readProcess })
    expect(scopes).toEqual([
      { where: [{ dimension: 'channel', op: 'in', values: ['chat'] }], range: { from: '2026-01-01' } },
    ])
    const html = renderContent(view, services.words)
    expect(html).toContain('40 cases with 160 events')
    expect(html).toContain(
      '/rows?where=channel=chat&amp;from=2026-01-01&amp;metric=cases&amp;part=population&amp;process=%5B%22edge%22,%22Note%22,%22Check%22%5D',
    )
  })

  test('without a process it says why', async () => {
    expect(await drawn(null)).toContain('There is no process to show')
  })

  const sample = { n: 0, mean: null, variance: null }
  async function beside(taint: (text: string) => string = plain, language = 'en', finished = 52): Promise<string> {
    const services = await fixtureServices(language, taint)
    const page = services.pages.find((each) => each.page === 'process')!
    const step = (name: string) => ({
      step: taint(name),
      optional: false,
      again: false,
      within: null,
      after: null,
      defined_at: 'd.yaml:3',
    })
    const target = {
      id: 'desk',
      title: taint('the desk'),
      steps: ['Note', 'Check', 'Decide', 'Close'].map(step),
      others: 'part' as const,
      within: null,
      defined_at: 'd.yaml:1',
    }
    const deviation = {
      kind: 'again' as const,
      step: taint('Check'),
      other: null,
      cases: 9,
      count: 18,
      lasted: 7200,
      csat: sample,
    }
    const evidence = {
      cases: 52,
      traced: 52,
      finished,
      followed: 40,
      running_parted: 0,
      lasted: { followed: 3600, parted: 7200 },
      csat: { followed: sample, parted: sample },
      deviations: [deviation],
      reached: [52, 49, 49, 52],
      rated: false,
    }
    return renderContent(
      await resolvePage(page, '', {
        ...services,
        readProcess: async () => timed(usual, taint),
        readConformance: async () => ({ target, evidence: finished > 0 ? evidence : null }),
      }),
      services.words,
    )
  }

  test('beside the process that cases should follow: the share, where they part, and the cases of that', async () => {
    const html = await beside()
    expect(html).toContain('40 of 52 finished cases followed the desk: 76.9% (95 % interval')
    expect(html).toContain('Check more than once')
    expect(html).toContain('In colour are transitions that the desk has')
    expect(html).toContain('process=%5B%22deviation%22,%22desk%22,%22again%22,%22Check%22,%22%22%5D')
    expect(await beside(plain, 'fr')).toContain('Sur 52 dossiers terminés, 40 ont suivi the desk')
    expect(await beside(plain, 'en', 0)).toContain('No case can be held against a process')
    expect(await drawn(timed(usual))).not.toContain('data-tile="target"')
  })

  test('what stands in its file is text', async () => {
    expect(await beside((text) => `${text}<img src=x onerror="alert(1)">{c}`)).not.toContain('<img')
  })

  test("what a log's words hold is text", async () => {
    const html = await drawn(timed(usual, (text) => `${text}<img src=x onerror="alert(1)">{c}`))
    expect(html).not.toContain('<img')
  })

  test('is listed only where there are events or statuses', async () => {
    const services = await fixtureServices('en', plain)
    const listed = async (...present: string[]) => {
      const version = { ...services.version, present: new Set(present) }
      return (await linksOf({ ...services, version })).some(({ id }) => id === 'process')
    }
    expect(await listed('cases.created_at', 'cases.channel')).toBe(false)
    expect(await listed('cases.status')).toBe(true)
    expect(await listed('case_events.at', 'case_events.step')).toBe(true)
  })
})
