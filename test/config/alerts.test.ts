import { join } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { readSettings, type Settings } from '../../src/config/settings.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'
import type { MetricCatalogue } from '../../src/metrics/context.ts'
import { alertFaults, parseAlerts } from '../../src/pages/alert-rules.ts'
import { readAlerts, readMetrics } from '../../src/project.ts'

const catalogues = [join(import.meta.dirname, '../../catalog')]
let catalogue: MetricCatalogue
beforeAll(async () => {
  catalogue = await readMetrics({ catalogues })
})

function read(text: string): { settings: Settings | null; problems: Problem[] } {
  const problems: Problem[] = []
  const document = parseYaml(`sources: [{ id: tickets, files: t.csv }]\n${text}`, 'rapport.yaml')
  const settings = readSettings(document, problems)
  if (settings) problems.push(...alertFaults(parseAlerts(document, problems), { settings, ...catalogue }))
  return { settings, problems }
}

const messages = (text: string) => read(text).problems.map(({ message }) => message)

test('a secret itself is refused, and so is an address with a token, where its place is meant', () => {
  const refused = [
    '{ id: a, kind: slack, url: "https://hooks.slack.com/services/T/B/x" }',
    '{ id: a, kind: webhook, url: "https://x.example/hook?token=1", secret: env:S }',
    '{ id: a, kind: webhook, url: "https://user:pass@x.example/", secret: env:S }',
    '{ id: a, kind: webhook, url: "https://x.example/", secret: whsec_abc }',
    '{ id: a, kind: pagerduty, key: abcdef }',
    '{ id: a, kind: email, host: h, from: a@b.c, to: a@b.c, password: secret }',
  ]
  for (const receiver of refused) expect(read(`receivers: [${receiver}]`).settings).toBeNull()
  const { settings, problems } = read(
    'receivers: [{ id: a, kind: webhook, url: "https://x.example/hook", secret: env:S }, { id: b, kind: slack, url: file:secrets/hook }]',
  )
  expect([problems, settings?.receivers.length]).toEqual([[], 2])
})

describe('a rule', () => {
  test.each([
    ['{ id: r, kind: threshold, metric: cases }', 'either below or above'],
    ['{ id: r, kind: threshold, metric: cases, below: 1, above: 2 }', 'either below or above'],
    ['{ id: r, kind: threshold, metric: cases, below: 5, clear: 4 }', 'never rest'],
    ['{ id: r, kind: threshold, metric: cases, above: 5, clear: 6 }', 'never rest'],
    ['{ id: r, kind: threshold, metric: casses, above: 5 }', 'the metric "casses"'],
    ['{ id: r, kind: threshold, metric: cases, above: 5, by: chanel }', 'the dimension "chanel"'],
    ['{ id: r, kind: threshold, metric: cases, above: 5, where: ["channel~chat"] }', 'does not read'],
    ['{ id: r, kind: threshold, metric: cases, above: 5, where: ["chanel=chat"] }', 'not a dimension'],
    ['{ id: r, kind: check, receivers: [nobody] }', 'the receiver "nobody"'],
    ['{ id: r, kind: silent, after: 1 h, source: chats }', 'the source "chats"'],
    ['{ id: r, kind: silent, after: 1 h, schedule: office }', 'the schedule "office"'],
    ['{ id: r, kind: silent, after: 1 h, quiet: { from: "25:00", to: "08:00" } }', 'such as 20:00'],
    ['{ id: r, kind: breach, within: soon }', 'with s, min, h or d'],
  ])('%s is refused with its line', (rule, message) => {
    const { problems } = read(`alerts:\n  - ${rule}`)
    expect(problems[0]?.message).toContain(message)
    expect(problems[0]?.where).toBe('rapport.yaml:3')
    expect(problems[0]?.fix).toBeTruthy()
  })

  test('two receivers of one name are an accident', () => {
    expect(messages('receivers: [{ id: a, kind: file, path: x }, { id: a, kind: file, path: y }]')).toEqual([
      'Two receivers are called "a".',
    ])
  })
})

test('what is built in reads, names what there is, and tells nobody', async () => {
  const settings = read('').settings!
  const rules = await readAlerts({ catalogues, directory: null, settings }, catalogue)
  expect(rules.length).toBeGreaterThan(2)
  expect(rules.flatMap(({ receivers }) => receivers)).toEqual([])
})
