import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { basename } from 'node:path'
import { strFromU8, strToU8, unzipSync } from 'fflate'
import { beforeAll, expect, test } from 'vitest'
import { readEvidence } from '../../../src/cli/export-evidence.ts'
import type { Frame, MetricCell } from '../../../src/metrics/frame.ts'
import { evidenceOf } from '../../../src/surfaces/export/evidence.ts'
import { asking, differing, type HandedOut, valuesOf } from './handed-out.ts'

const sha256 = (bytes: Uint8Array): string => createHash('sha256').update(bytes).digest('hex')
const report = { path: 'files/report.pdf', bytes: strToU8('%PDF handed over') }

/** An evidence pack is whole, always the same, and true. */
export function evidenceSuite(give: () => { given: HandedOut; model: string }): void {
  let entries: Record<string, Uint8Array>
  const text = (path: string): string => strFromU8(entries[path]!)
  const made = async (language = 'en') => {
    const context = await give().given.context({ language })
    return evidenceOf(await readEvidence({ name: 'demo', hash: 'cafe' }, context, {}, [report])).bytes
  }

  beforeAll(async () => {
    entries = unzipSync(await made())
  })

  test('made twice it is the same, byte for byte', async () => {
    expect(sha256(await made())).toBe(sha256(await made()))
    expect(Object.keys(entries)).toEqual([...Object.keys(entries)].sort())
  })

  test('SHA256SUMS holds for every other file, and the manifest for every file but those two', () => {
    const sums = new Map(
      text('SHA256SUMS')
        .trimEnd()
        .split('\n')
        .map((line) => line.split('  ').reverse() as [string, string]),
    )
    const others = Object.keys(entries).filter((path) => path !== 'SHA256SUMS')
    expect([...sums.keys()].sort()).toEqual(others.sort())
    for (const [path, sum] of sums) expect([path, sha256(entries[path]!)]).toEqual([path, sum])
    const manifest = JSON.parse(text('MANIFEST.json')) as { entries: { path: string; bytes: number; sha256: string }[] }
    expect(manifest.entries.map(({ path }) => path).sort()).toEqual(
      others.filter((path) => path !== 'MANIFEST.json').sort(),
    )
    for (const { path, bytes, sha256: sum } of manifest.entries)
      expect([path, entries[path]!.length, sha256(entries[path]!)]).toEqual([path, bytes, sum])
    // What is changed is found.
    expect(sha256(strToU8(`${text('loads.json')} `))).not.toBe(sums.get('loads.json'))
  })

  test('every number is that of `rapport query`, with its definition and with SQL that runs in the exported database', async () => {
    const context = await give().given.context()
    const definitions = JSON.parse(text('definitions.json')) as { id: string; definition: string; sql: string }[]
    const ids = definitions.map(({ id }) => id)
    expect(ids.length).toBeGreaterThan(20)
    const answers = new Map(
      ids.map((id) => [
        id,
        JSON.parse(text(`frames/${id.replaceAll(':', '.')}.json`)) as Pick<Frame, 'query' | 'rows'>,
      ]),
    )
    const cells = new Map(ids.map((id) => [id, answers.get(id)!.rows[0]![id] as MetricCell]))
    expect(differing(await valuesOf(ids, context), new Map([...cells].map(([id, cell]) => [id, cell.value])))).toEqual(
      [],
    )
    await asking(give().model, async (ask) => {
      for (const { id, sql, definition } of definitions) {
        expect(text('definitions.md')).toContain(definition)
        const file = text(`sql/${id.replaceAll(':', '.')}.sql`)
        expect(file).toContain(sql)
        const statements = file.split(/;\n+/).filter((each) => each.trim() !== '')
        const rows = []
        for (const statement of statements) rows.push(...(await ask(statement)))
        const { numerator, denominator } = cells.get(id)!
        const counted = rows[0]![`${id}__numerator`]
        // Over masked text the database itself would count others: such a number is no view there either.
        if (counted !== undefined && id !== 'fcr_rate:no_repeat')
          expect([id, Number(counted), Number(rows[0]![`${id}__denominator`])]).toEqual([id, numerator, denominator])
      }
    })
  })

  test('it names the source files by their hash, accounts for every record, and says nothing of the machine', () => {
    const loads = JSON.parse(text('loads.json')) as { file: string; sha256: string; unaccounted: number }[]
    for (const path of give().given.files)
      expect(loads).toContainEqual(
        expect.objectContaining({ file: basename(path), sha256: sha256(readFileSync(path)), unaccounted: 0 }),
      )
    for (const path of Object.keys(entries))
      expect([path, text(path).includes(give().given.folder)]).toEqual([path, false])
    expect(entries['files/report.pdf']).toEqual(report.bytes)
    const manifest = JSON.parse(text('MANIFEST.json')) as { catalogue: string; not_answered: { why: string }[] }
    expect(manifest.catalogue).toBe('cafe')
    expect(manifest.not_answered.every(({ why }) => why.length > 20)).toBe(true)
  })

  test('every sentence of it is there in both languages', async () => {
    const french = unzipSync(await made('fr'))
    for (const each of [entries, french])
      for (const path of ['README.md', 'definitions.md', 'dictionary.md'])
        expect([path, /say\.exports|values\.clock/.exec(strFromU8(each[path]!))?.[0]]).toEqual([path, undefined])
    expect(strFromU8(french['README.md']!)).toContain('Comment vérifier')
  })
}
