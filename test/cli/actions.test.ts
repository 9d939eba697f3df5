import { existsSync } from 'node:fs'
import { cp, mkdir, readFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Playbook } from '../../src/insights/playbook.ts'
import { json, makeFolder, problems, published, removeFolder, run, write } from './command.ts'

/** Recommendations by the command, and the ledger of a project. */
let folder: string
beforeAll(async () => {
  folder = await makeFolder()
})
afterAll(() => removeFolder(folder))

const recommended = ({ recommendations }: Playbook): string[] => recommendations.map(({ id }) => id).sort()
const actions = ['insights', 'actions', '--files', published]

test.runIf(existsSync(published))(
  'on the published tickets: what follows from counts is given, and nothing is recommended on satisfaction',
  async () => {
    const playbook = await json<Playbook>(actions, { folder })
    expect(recommended(playbook)).toEqual(
      `answer-more-cases ask-nps bring-in-customers bring-in-revenue collect-comments give-first-reply-its-moment
       give-solution-its-moment keep-phone-for-urgent mend-moments record-agent record-channel-source record-client-id
       record-creation-date record-product-brand record-product-category record-state record-survey-offers shadow-the-team
       show-case-history take-cases-by-priority try-a-chatbot write-faq write-saved-replies`.split(/\s+/),
    )
    expect(playbook.recommendations.filter(({ concern }) => concern === 'satisfaction')).toEqual([])
    const scores = playbook.recommendations.map(({ rank }) => rank.score)
    expect(scores).toEqual(scores.toSorted((a, b) => b - a))
    for (const { evidence, effect, effort, check } of playbook.recommendations)
      expect([evidence, effect.text, effort.because, check.text].every((text) => text.length > 8)).toBe(true)
    const target = playbook.silent.find(({ id }) => id === 'reach-satisfaction-target')
    expect(target).toMatchObject({ because: 'noise', sentence: expect.stringContaining('p = 0.28') })
    expect(playbook.silent.find(({ id }) => id === 'close-stale-pending')?.because).toBe('otherwise')
  },
  120_000,
)

test.runIf(existsSync(published))(
  'by a later day 2,881 cases have waited too long: closing them would make 66.7 % of 32.7 %',
  async () => {
    const playbook = await json<Playbook>([...actions, '--as-of', '2026-01-01'], { folder })
    const stale = playbook.recommendations.find(({ id }) => id === 'close-stale-pending')
    expect(stale?.figures[0]).toMatchObject({ value: 2881 })
    expect(stale?.effect.text).toContain('66.7% in place of 32.7%')
    expect(stale?.effect.value).toBeCloseTo(2881 / 8469, 9)
  },
  120_000,
)

test('a project decides, keeps it beside rapport.yaml, and adds rules of its own', async () => {
  await json(['generate', 'customer-first', '--rows', '400', '--columns', 'recommended', '--out', 'raw'], { folder })
  const files = `${folder}/raw/customer_support_tickets.csv`
  await json(['init', 'shop', '--from', files], { folder })
  const project = ['--project', 'shop']
  await write(folder, {
    'shop/catalog/playbook/own.yaml': `rules:
  - id: call-back
    concern: customers
    do: Call back whoever wrote.
    when: [{ kind: present, field: cases.id }]
    effect: { kind: not_estimable, because: Nobody has tried. }
    effort: { size: small, because: It is a call. }
    check: { metric: cases, grain: week }
`,
  })
  expect(recommended(await json<Playbook>(['insights', 'actions', ...project], { folder }))).toContain('call-back')
  const accept = ['actions', 'accept', 'call-back', '--owner', 'Ada', '--from', '2026-01-01', '--note', 'try it']
  await json([...accept, ...project], { folder })
  await json(['actions', 'reject', 'try-a-chatbot', ...project], { folder })
  const { decisions } = await json<{ decisions: { action: string }[] }>(['actions', 'list', ...project], { folder })
  expect(decisions.map(({ action }) => action)).toEqual(['try-a-chatbot', 'call-back'])
  expect((await readFile(join(folder, 'shop/actions.ndjson'), 'utf8')).trim().split('\n')).toHaveLength(2)
  await json(['build', ...project], { folder })
  const { code, stdout } = await run(['actions', 'measure', ...project], { folder })
  expect(code).toBe(0)
  expect(stdout).toContain('Call back whoever wrote.')
  const [unknown] = await problems([...accept.with(2, 'call-bak'), ...project], 5, { folder })
  expect(unknown).toMatchObject({ code: 'action-unknown', fix: 'Did you mean call-back?' })
  const [needed] = await problems([...accept, '--files', files], 2, { folder })
  expect(needed?.code).toBe('project-needed')
}, 240_000)

test('a rule of a project that names what is not there stops the build, with its line', async () => {
  await mkdir(join(folder, 'wrong/catalog/playbook'), { recursive: true })
  await json(['generate', 'customer-first', '--rows', '50', '--out', 'few'], { folder })
  await cp(join(folder, 'few/customer_support_tickets.csv'), join(folder, 'wrong/tickets.csv'))
  await write(folder, {
    'wrong/rapport.yaml': 'sources:\n  - id: tickets\n    files: [tickets.csv]\n',
    'wrong/catalog/playbook/own.yaml': `rules:
  - id: own
    concern: speed
    do: Do it.
    when: [{ kind: missed, metric: reply_rat }]
    effect: { kind: not_estimable, because: Nobody knows. }
    effort: { size: small, because: It is quick. }
    check: { metric: reply_rate }
`,
  })
  const [fault] = await problems(['build', '--project', 'wrong'], 3, { folder })
  expect(fault).toMatchObject({ code: 'metric-unknown', where: 'catalog/playbook/own.yaml:2' })
  expect(fault?.fix).toContain('reply_rate')
}, 120_000)
