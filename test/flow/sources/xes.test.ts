import { mkdtempSync, rmSync } from 'node:fs'
import { writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { RapportError } from '../../../src/errors.ts'
import { landFile } from '../../../src/flow/land/land.ts'
import type { Batch } from '../../../src/flow/sources/batch.ts'
import { readBatches } from '../../../src/flow/sources/source.ts'
import { loadBatch } from './load.ts'

let folder = ''
beforeAll(() => {
  folder = mkdtempSync(join(tmpdir(), 'rapport-xes-'))
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

type Row = Record<string, string | null>

async function land(name: string, content: string | Buffer): Promise<Batch> {
  const path = join(folder, name)
  await writeFile(path, content)
  const landed = await landFile(path, { landing: join(folder, 'landing') })
  await landed.copy?.synced
  const [batch] = await readBatches(landed, { derived: join(folder, 'derived') })
  return batch!
}

async function read(name: string, content: string | Buffer): Promise<{ batch: Batch; rows: Row[] }> {
  const batch = await land(name, content)
  const { values } = await loadBatch(batch)
  expect(values.length, 'what the engine finds').toBe(batch.readable)
  expect(batch.records, 'conservation').toBe(batch.readable + batch.bad.length + (batch.skipped.other ?? 0))
  return {
    batch,
    rows: values.map((cells) => Object.fromEntries(batch.columns.map((column, at) => [column, cells[at]!]))),
  }
}

async function refusal(
  name: string,
  content: string | Buffer,
): Promise<{ code: string; message: string; where: string }> {
  try {
    await land(name, content)
  } catch (error) {
    if (error instanceof RapportError) return error.problems[0] as { code: string; message: string; where: string }
    throw error
  }
  throw new Error(`${name} was read`)
}

const event = (step: string, at: string, more = ''): string =>
  `<event><string key="concept:name" value="${step}"/><date key="time:timestamp" value="${at}"/>${more}</event>`
const log = (traces: string, before = '<?xml version="1.0" encoding="UTF-8"?>'): string =>
  `${before}\n<!-- written by hand -->\n<log xes.version="1849-2016">\n<global scope="event"><string key="concept:name" value="UNKNOWN"/></global>\n${traces}\n</log>`
const trace = (id: string, events: string): string =>
  `<trace><string key="concept:name" value="${id}"/><string key="channel" value="chat"/>\n${events}\n</trace>`

const first = event(
  'Case &lt;created&gt; &amp; &quot;queued&quot;',
  '2026-01-05T10:00:00.000+01:00',
  '<string key="org:resource" value="agent_7"/><float key="cost" value="1.50"><string key="currency" value="EUR"/></float><list key="tags"><values><string key="a" value="x"/></values></list>',
)
const whole = log(trace('C-1', `${first}\n${event('Solved', '2026-01-05T11:20:00Z')}`))

describe('an event log in XES', () => {
  test('has one record an event, with what it and its case say; escaped signs are themselves', async () => {
    const { batch, rows } = await read('small.xes', whole)
    expect(batch.form).toBe('xes')
    expect(batch.columns.slice(0, 4)).toEqual(['case:concept:name', 'concept:name', 'time:timestamp', 'org:resource'])
    expect(rows[0]).toEqual({
      'case:concept:name': 'C-1',
      'concept:name': 'Case <created> & "queued"',
      'time:timestamp': '2026-01-05T10:00:00.000+01:00',
      'org:resource': 'agent_7',
      'case:channel': 'chat',
      cost: '1.50',
      'cost.currency': 'EUR',
      tags: null,
      'tags.a': 'x',
    })
    expect(rows[1]).toMatchObject({ 'concept:name': 'Solved', 'org:resource': null, 'case:channel': 'chat' })
  })

  test('is recognised by its content: packed, with another name, in UTF-16, in Latin-1 that it states', async () => {
    expect((await read('packed.xes.gz', gzipSync(whole))).rows).toHaveLength(2)
    expect((await read('named.csv', whole)).batch.notes.map(({ code }) => code)).toEqual(['name-misleads'])
    const wide = Buffer.from(`\ufeff${whole.replace('UTF-8', 'UTF-16')}`, 'utf16le')
    expect((await read('wide.xes', wide)).rows).toHaveLength(2)
    const latin = log(
      trace('C-é', event('Clôture', '2026-01-05T10:00:00Z')),
      '<?xml version="1.0" encoding="ISO-8859-1"?>',
    )
    expect((await read('latin.xes', Buffer.from(latin, 'latin1'))).rows[0]).toMatchObject({
      'case:concept:name': 'C-é',
      'concept:name': 'Clôture',
    })
  })

  test('keeps the good events beside bad ones, each of which has a reason and a line', async () => {
    const { batch, rows } = await read(
      'bad.xes',
      log(
        [
          event('Before any case', '2026-01-05T10:00:00Z'),
          '<trace>',
          event('Of a case without a name', '2026-01-05T10:00:00Z'),
          '</trace>',
          trace(
            'C-2',
            [
              event('Good', '2026-01-05T10:00:00Z'),
              '<event><date key="time:timestamp" value="2026-01-05T10:00:00Z"/></event>',
              event('When?', 'yesterday'),
              event('Impossible', '2026-02-31T25:00:00Z').replace('2026-02-31', '2026-13-31'),
              event('Keyless', '2026-01-05T10:00:00Z', '<string value="x"/>'),
              '<event><string key="concept:name" value="Undated"/></event>',
            ].join('\n'),
          ),
        ].join('\n'),
      ),
    )
    expect(rows.map((row) => row['concept:name'])).toEqual(['Good', 'Undated'])
    expect(batch.bad.map(({ record, line, reason }) => [record, line, reason])).toEqual([
      [1, 5, 'no-case'],
      [2, 7, 'no-case'],
      [4, 11, 'no-activity'],
      [5, 12, 'bad-timestamp'],
      [6, 13, 'bad-timestamp'],
      [7, 14, 'no-key'],
    ])
    expect(batch.bad[3]?.raw).toContain('yesterday')
  })
})

describe('hostile XML is refused, and says where', () => {
  const doctype = `<?xml version="1.0"?>
<!DOCTYPE log [<!ENTITY a "lol"><!ENTITY b "&a;&a;&a;&a;&a;&a;&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;&b;&b;&b;&b;&b;&b;">]>
<log>${trace('&c;', '')}</log>`

  test('entities that multiply, and those that name a file', async () => {
    expect((await refusal('laughs.xes', doctype)).code).toBe('xml-doctype')
    const external = doctype.replace(/<!ENTITY a "lol">/, '<!ENTITY a SYSTEM "file:///etc/passwd">')
    expect((await refusal('external.xes', external)).code).toBe('xml-doctype')
    const unknown = await refusal('unknown.xes', log(trace('&a;', event('Note', '2026-01-05T10:00:00Z'))))
    expect(unknown.code).toBe('xes-damaged')
    expect(unknown.where).toMatch(/:5$/)
  })

  test('a file that was cut off', async () => {
    expect(await refusal('cut.xes', whole.slice(0, -30))).toMatchObject({ code: 'xes-damaged' })
    expect(await refusal('cut-within.xes', whole.slice(0, whole.indexOf('Solved')))).toMatchObject({
      code: 'xes-damaged',
    })
    expect(await refusal('cut.xes.gz', gzipSync(whole).subarray(0, -12))).toMatchObject({ code: 'gzip-truncated' })
  })

  test('bytes that are not of the encoding that it states, or of one that nobody knows', async () => {
    const latin = Buffer.from(log(trace('C-é', event('Note', '2026-01-05T10:00:00Z'))), 'latin1')
    expect(await refusal('wrong.xes', latin)).toMatchObject({ code: 'encoding-differs' })
    expect(await refusal('odd.xes', whole.replace('UTF-8', 'KLINGON-7'))).toMatchObject({
      code: 'encoding-unsupported',
    })
  })

  test('a value without an end, tags without an end, depth without an end', async () => {
    const huge = log(trace('C-1', event('x'.repeat(17 << 20), '2026-01-05T10:00:00Z')))
    expect((await refusal('huge.xes', huge)).message).toContain('longer than 16 MB')
    const many = log(
      trace('C-1', `<event ${Array.from({ length: 1_100_000 }, (_, at) => `a${at}="........"`).join(' ')}/>`),
    )
    expect((await refusal('many.xes', many)).message).toContain('longer than 16 MB')
    const deep = log(trace('C-1', `${'<list key="a">'.repeat(2000)}${'</list>'.repeat(2000)}`))
    expect((await refusal('deep.xes', deep)).message).toContain('deeper than 64')
  }, 30_000)

  test('an event that is too long is a reject, not the end of the log', async () => {
    const long = event('x'.repeat(5 << 20), '2026-01-05T10:00:00Z')
    const { batch, rows } = await read(
      'long.xes',
      log(trace('C-1', `${long}\n${event('Good', '2026-01-05T10:00:00Z')}`)),
    )
    expect(rows).toHaveLength(1)
    expect(batch.bad.map(({ reason }) => reason)).toEqual(['line-too-long'])
  })

  test('a case that says much is not multiplied by its events', async () => {
    const events = event('Note', '2026-01-05T10:00:00Z').repeat(2000)
    const big = log(trace('C-1', `<string key="body" value="${'y'.repeat(100_000)}"/>${events}`))
    expect((await refusal('multiplied.xes', big)).code).toBe('unpacks-too-large')
  })

  test('XML that is no log, and a log without events', async () => {
    expect((await refusal('other.xml', '<?xml version="1.0"?><orders><order/></orders>')).code).toBe('form-unsupported')
    expect((await refusal('empty.xes', log(''))).code).toBe('no-events')
  })
})
