import { spawn } from 'node:child_process'
import { appendFile, mkdtemp, readdir, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import fc from 'fast-check'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { type Damage, type JournalRecord, openJournal, readJournal } from '../../src/journal/journal.ts'

let folder: string
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'rapport-journal-'))
})
afterEach(() => rm(folder, { recursive: true, force: true }))

const arrival = (key: string, body = `{"id":"${key}"}`, source = 'support') => ({ source, key, body })

async function all(part = {}): Promise<JournalRecord[]> {
  const records: JournalRecord[] = []
  for await (const some of readJournal(folder, part)) records.push(...some)
  return records
}

test('what was acknowledged is read back in order, bodies to the letter', async () => {
  const body = '{"text":"a\\u2028b\u2028c \\r\\n \\t d","n":12345678901234567890}'
  const journal = await openJournal(folder)
  await journal.append([arrival('1', body), arrival('2', '{"a":\n 1}', 'chat')])
  await journal.append([arrival('3')])
  expect(journal.position).toBe(3)
  await journal.close()
  const records = await all()
  expect(records.map(({ position, source, body: text }) => [position, source, text])).toEqual([
    [1, 'support', body],
    [2, 'chat', '{"a":  1}'],
    [3, 'support', '{"id":"3"}'],
  ])
  expect((await all({ after: 1, to: 2 })).map(({ position }) => position)).toEqual([2])
})

test('a repeated delivery is known: at once, while the first is being written, and after a restart', async () => {
  const journal = await openJournal(folder)
  const [first, second] = await Promise.all([
    journal.append([arrival('a'), arrival('a')]),
    journal.append([arrival('a')]),
  ])
  expect(first).toEqual([
    { position: 1, duplicate: false },
    { position: 1, duplicate: true },
  ])
  expect(second).toEqual([{ position: 1, duplicate: true }])
  // The same key of another source is another thing.
  expect(await journal.append([arrival('a', '{}', 'chat')])).toEqual([{ position: 2, duplicate: false }])
  await journal.close()
  const again = await openJournal(folder)
  expect(await again.append([arrival('a'), arrival('b')])).toEqual([
    { position: 1, duplicate: true },
    { position: 3, duplicate: false },
  ])
  await again.close()
  expect(await all()).toHaveLength(3)
})

test('any mixture of repeated deliveries is kept once each', async () => {
  const schedule = fc.array(fc.array(fc.integer({ min: 0, max: 9 }), { minLength: 1, maxLength: 5 }), { maxLength: 20 })
  await fc.assert(
    fc.asyncProperty(schedule, async (calls) => {
      const place = await mkdtemp(join(folder, 'run-'))
      const journal = await openJournal(place)
      const kept = await Promise.all(calls.map((keys) => journal.append(keys.map((key) => arrival(String(key))))))
      await journal.close()
      const bodies: string[] = []
      for await (const some of readJournal(place)) bodies.push(...some.map(({ body }) => body))
      const sent = new Set(calls.flat().map((key) => `{"id":"${key}"}`))
      expect(bodies.toSorted()).toEqual([...sent].toSorted())
      const fresh = kept.flat().filter(({ duplicate }) => !duplicate)
      expect(new Set(fresh.map(({ position }) => position)).size).toBe(sent.size)
    }),
    { numRuns: 30 },
  )
})

test('a last line that was cut short goes, and the next record stands on its own', async () => {
  const journal = await openJournal(folder)
  await journal.append([arrival('1')])
  await journal.close()
  const [name] = await readdir(folder)
  await appendFile(join(folder, name!), 'deadbeef 2\t17')
  const again = await openJournal(folder)
  await again.append([arrival('2')])
  await again.close()
  expect((await all()).map(({ position }) => position)).toEqual([1, 2])
})

test('a record that changed on the disk is told with its place; the others are read', async () => {
  const journal = await openJournal(folder)
  for (const key of ['1', '2', '3']) await journal.append([arrival(key)])
  await journal.close()
  const file = join(folder, (await readdir(folder))[0]!)
  await writeFile(file, (await readFile(file, 'utf8')).replace('{"id":"2"}', '{"id":"9"}'))
  await expect(all()).rejects.toThrow('checksum')
  const damage: Damage[] = []
  const records = await all({ damaged: (each: Damage) => damage.push(each) })
  expect(records.map(({ position }) => position)).toEqual([1, 3])
  expect(damage.map(({ where }) => where)).toEqual([`${file}:2`])
})

test('too much that waits is refused at once', async () => {
  const journal = await openJournal(folder, { mostWaiting: 10 })
  const first = journal.append([arrival('1')])
  await expect(journal.append([arrival('2')])).rejects.toThrow('More arrives')
  await first
  await journal.close()
})

test('a disk that is full refuses, and what was acknowledged stays', async () => {
  // A limit on the size of a file stands in for a full disk: the write fails in the same place.
  const script = `
    import { openJournal } from ${JSON.stringify(join(import.meta.dirname, '../../src/journal/journal.ts'))}
    process.on('SIGXFSZ', () => {})
    const journal = await openJournal(${JSON.stringify(folder)})
    let kept = 0
    let refused = ''
    for (let n = 0; n < 40; n++) {
      try { await journal.append([{ source: 's', key: String(n), body: JSON.stringify({ n, text: 'x'.repeat(1000) }) }]); kept++ }
      catch (error) { refused = error.problems[0].code }
    }
    console.log(JSON.stringify({ kept, refused, position: journal.position }))`
  const file = join(folder, 'fill.ts')
  await writeFile(file, script)
  const { build } = await import('esbuild')
  await build({ entryPoints: [file], bundle: true, platform: 'node', format: 'esm', outfile: `${file}.mjs` })
  const answer = await new Promise<string>((resolve) => {
    const child = spawn('sh', ['-c', `ulimit -f 16; exec "$0" "$1"`, process.execPath, `${file}.mjs`])
    let text = ''
    child.stdout.on('data', (chunk: Buffer) => {
      text += chunk.toString()
    })
    child.on('close', () => resolve(text))
  })
  const { kept, refused } = JSON.parse(answer) as { kept: number; refused: string }
  expect(kept).toBeGreaterThan(0)
  expect(refused).not.toBe('')
  expect(await all()).toHaveLength(kept)
})

test('what stands far behind is found without reading what is before, and nothing of it is missing', async () => {
  const journal = await openJournal(folder)
  for (let from = 0; from < 3000; from += 500)
    await journal.append(
      Array.from({ length: 500 }, (_, at) => ({
        source: 's',
        key: String(from + at),
        body: JSON.stringify({ text: 'x'.repeat(((from + at) % 7) * 200) }),
      })),
    )
  await journal.close()
  const read = async (after: number, damages: Damage[] = []): Promise<number[]> => {
    const found: number[] = []
    for await (const records of readJournal(folder, { after, seek: true, damaged: (each) => damages.push(each) }))
      found.push(...records.map(({ position }) => position))
    return found
  }
  for (const after of [0, 1, 2, 700, 1499, 2500, 2999, 3000])
    expect(await read(after)).toEqual(Array.from({ length: 3000 - after }, (_, at) => after + at + 1))
  const file = join(folder, '00000001.log')
  const bytes = await readFile(file)
  bytes[100] = bytes[100]! ^ 1
  await writeFile(file, bytes)
  const damages: Damage[] = []
  expect(await read(2990, damages)).toHaveLength(10)
  expect(damages).toEqual([])
  expect(await read(0, damages)).toHaveLength(2999)
  expect(damages).toHaveLength(1)
})
