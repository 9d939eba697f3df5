import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { frame, json, makeFolder, outcomeOf, problems, removeFolder, run, start, write } from './command.ts'

/** What goes wrong ends in one shape, with the exit code of its kind; what helps is there. */
let folder: string
beforeAll(async () => {
  folder = await makeFolder()
  const rows = ['1,2025-01-03 09:00:00,Chat,Open', '2,2025-01-04 10:00:00,Email,Closed']
  await write(folder, { 'tickets.csv': ['Ticket,Created,Channel,Status', ...rows, ''].join('\n') })
  await frame(['cases', '--files', 'tickets.csv', '--yes'], { folder })
})
afterAll(() => removeFolder(folder))

const data = ['--files', 'tickets.csv', '--yes']

describe.concurrent('a usage error ends with 2', () => {
  test.each([
    ['an unknown command', ['nosuch'], /unknown command 'nosuch'/],
    ['an unknown option', ['query', 'cases', '--nope'], /unknown option '--nope'/],
    ['a missing argument', ['query'], /missing required argument/],
    ['a number that is none', ['query', 'cases', '--limit', 'many'], /whole number/],
    ['a moment that is none', ['query', 'cases', '--as-of', 'soon'], /2026-01-31/],
    ['an unknown generator', ['generate', 'nosuch'], /"nosuch"/],
    ['a condition that does not read', ['query', 'cases', '--where', 'channel', ...data], /"channel" does not read/],
    ['an unknown period', ['query', 'cases', '--grain', 'minute', ...data], /"minute"/],
  ])('%s', async (_, args, says) => {
    const [problem, ...more] = await problems(args, 2, { folder })
    expect(problem?.message).toMatch(says)
    expect(more).toEqual([])
  })

  test('a word that is nearly right gets the right one', async () => {
    const [metric] = await problems(['query', 'csat_meen', ...data], 2, { folder })
    expect(metric).toMatchObject({ code: 'metric-unknown', fix: 'Did you mean csat_mean?' })
    const [dimension] = await problems(['query', 'cases', '--by', 'chanel', ...data], 2, { folder })
    expect(dimension).toMatchObject({ code: 'dimension-unknown', fix: 'Did you mean channel?' })
    const [option] = await problems(['query', 'cases', '--limti', '2'], 2, { folder })
    expect(option).toMatchObject({ code: 'usage', fix: expect.stringContaining('Did you mean --limit?') })
  })
})

describe.concurrent('what is not there ends with 5', () => {
  test.each([
    ['a file', ['query', 'cases', '--files', 'nosuch.csv'], 'file-missing'],
    ['a file to open', ['open', 'nosuch.csv', '--no-serve'], 'file-missing'],
    ['a file to begin with', ['init', 'new', '--from', 'nosuch.csv'], 'file-missing'],
    ['a project', ['build', '--project', 'nosuch'], 'project-missing'],
    ['a project here or above', ['check'], 'project-missing'],
  ])('%s', async (_, args, code) => {
    expect(await problems(args, 5, { folder })).toMatchObject([{ code }])
  })
})

test.concurrent('without --json the same goes to stderr, and nothing to stdout', async () => {
  const { code, stdout, stderr } = await run(['query', 'csat_meen', ...data], { folder })
  expect({ code, stdout }).toEqual({ code: 2, stdout: '' })
  expect(stderr).toContain('There is no metric "csat_meen".\n  Did you mean csat_mean?')
})

test.concurrent('a command whose reader goes away (`| head -1`) ends quietly', async () => {
  const child = start(['query', 'cases', '--json', ...data], { folder })
  child.stdout?.destroy()
  const { stderr } = await outcomeOf(child)
  expect(stderr).toBe('')
})

test.concurrent('--help of every command has a description and an example', async () => {
  const { stdout } = await run(['--help'], { folder })
  const commands = [...stdout.matchAll(/^ {2}(\w+) (?:\[|<)/gm)]
    .map(([, name]) => name!)
    .filter((name) => name !== 'help')
  expect(commands).toEqual(expect.arrayContaining(['open', 'init', 'build', 'serve', 'query', 'check', 'generate']))
  const helps = await Promise.all([...commands, 'cache'].map((name) => run([name, '--help'], { folder })))
  for (const help of helps) {
    expect(help.code).toBe(0)
    expect(help.stdout).toMatch(/Examples?:\n {2}\$ rapport /)
  }
})

test.concurrent('doctor finds nothing wrong, and needs to say nothing about it', async () => {
  const { results } = await json<{ results: { what: string; ok: boolean; fix?: string }[] }>(['doctor'], { folder })
  expect(results.length).toBeGreaterThan(5)
  expect(results.filter(({ ok, fix }) => !ok || fix)).toEqual([])
})

test.concurrent('cache clear deletes what was kept, and it is built again', async () => {
  const home = await makeFolder()
  await write(home, { 'tickets.csv': 'Ticket,Created,Channel,Status\n1,2025-01-03 09:00:00,Chat,Open\n' })
  const before = await frame(['cases', ...data], { folder: home })
  const { cleared } = await json<{ cleared: string }>(['cache', 'clear'], { folder: home })
  expect(cleared).toBe(join(home, 'cache/rapport'))
  expect(existsSync(cleared)).toBe(false)
  expect((await frame(['cases', ...data], { folder: home })).rows).toEqual(before.rows)
  await removeFolder(home)
})
