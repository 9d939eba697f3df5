import { createHash } from 'node:crypto'
import { mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { RapportError } from '../../src/errors.ts'
import { type GenerateOptions, generate, generators } from '../../src/generate/generate.ts'
import { temporaryFolder } from './reading.ts'

const folder = temporaryFolder()
const header =
  'Ticket ID,Customer Name,Customer Email,Customer Age,Customer Gender,Product Purchased,Date of Purchase,Ticket Type,Ticket Subject,Ticket Description,Ticket Status,Resolution,Ticket Priority,Ticket Channel,First Response Time,Time to Resolution,Customer Satisfaction Rating'

async function textOf(name: string, options: Omit<GenerateOptions, 'out'>): Promise<string> {
  const made = await generate('customer-first', { rows: 5000, out: join(folder, name), ...options })
  return readFileSync(made.files[0]!.path, 'utf8')
}

const digest = (text: string) => createHash('sha256').update(text).digest('hex')

async function problemsOf(name: string, options: Partial<GenerateOptions>): Promise<RapportError> {
  const failed = await generate(name, { out: join(folder, 'refused'), ...options }).then(() => null, String)
  expect(failed).not.toBeNull()
  return generate(name, { out: join(folder, 'refused'), ...options }).then(
    () => Promise.reject(new Error('It was not refused.')),
    (error: unknown) => {
      if (!(error instanceof RapportError)) throw error
      return error
    },
  )
}

test('the header is that of the source, and every line ends with LF', async () => {
  const text = await textOf('header', {})
  expect(text.startsWith(`${header}\n`)).toBe(true)
  expect(text).not.toContain('\r')
  expect(text.endsWith('\n')).toBe(true)
})

test('same seed, same bytes: again, with one thread and with two', async () => {
  // More than one row group, so that two threads have something to share.
  const rows = 150_000
  const one = digest(await textOf('one', { rows, threads: 1 }))
  expect(digest(await textOf('two', { rows, threads: 2 }))).toBe(one)
  expect(digest(await textOf('again', { rows }))).toBe(one)
  expect(await textOf('other', { seed: 2 })).not.toBe(await textOf('default', {}))
})

test('the published shape is as stable as the planted one', async () => {
  const one = digest(await textOf('shape one', { likePublished: true, threads: 1 }))
  expect(digest(await textOf('shape two', { likePublished: true, threads: 2 }))).toBe(one)
  expect(digest(await textOf('shape other', { likePublished: true, seed: 2 }))).not.toBe(one)
})

test('more records keep the form; few are possible', async () => {
  for (const likePublished of [false, true])
    for (const rows of [1, 2, 999, 1001]) {
      const made = await generate('customer-first', {
        rows,
        likePublished,
        out: join(folder, `${likePublished}${rows}`),
      })
      expect(made.files[0]).toMatchObject({ rows })
    }
})

test('says how much it wrote and leaves nothing beside it', async () => {
  const out = join(folder, 'tidy')
  const made = await generate('customer-first', { rows: 2500, out })
  expect(readdirSync(out)).toEqual(['customer_support_tickets.csv'])
  const file = made.files[0]!
  expect(file.bytes).toBe(readFileSync(file.path).length)
  expect(file.dirt).toMatchObject({ inverted: 40, blank: 4 })
  expect(made.generation).toMatchObject({ seed: 1, weeks: 26, dirt: 'some', columns: 'published' })
})

test('an unknown name lists what there is', async () => {
  const error = await problemsOf('customer-frist', {})
  expect(error.exitCode).toBe(2)
  expect(error.problems).toMatchObject([
    { code: 'generator-unknown', fix: `Use one of: ${generators.map((each) => each.name).join(', ')}.` },
  ])
  expect(error.message).toContain('customer-frist')
})

test('what cannot be is refused, all at once', async () => {
  const error = await problemsOf('customer-first', { rows: 0, seed: -1, weeks: 1.5, start: '2024-02-30' })
  expect(error.problems.map((problem) => problem.where)).toEqual(['--rows', '--seed', '--weeks', '--start'])
  const conflict = await problemsOf('customer-first', { likePublished: true, dirt: 'hard', columns: 'recommended' })
  expect(conflict.problems.map((problem) => problem.code)).toEqual(['options-conflict', 'options-conflict'])
})

test('a file that is there stays', async () => {
  const out = join(folder, 'kept')
  mkdirSync(out)
  writeFileSync(join(out, 'customer_support_tickets.csv'), 'mine')
  await expect(generate('customer-first', { rows: 10, out })).rejects.toThrow('already there')
  expect(readFileSync(join(out, 'customer_support_tickets.csv'), 'utf8')).toBe('mine')
  await generate('customer-first', { rows: 10, out, overwrite: true })
  expect(readFileSync(join(out, 'customer_support_tickets.csv'), 'utf8')).toContain(header)
})
