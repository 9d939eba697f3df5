import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, relative, resolve } from 'node:path'
import { expect, test } from 'vitest'

/**
 * The direction of imports, lowest floor first: a file may import from its own room and from rooms on lower floors, minus the
 * exceptions below. The picture is in CONTRIBUTING.md.
 */
const floors: [string, number][] = [
  ['cli', 9],
  ['surfaces/web', 8],
  ['surfaces/server', 8],
  ['surfaces/report', 8],
  ['surfaces/workbook', 8],
  ['surfaces/powerbi', 8],
  ['surfaces/export', 8],
  ['watch', 8],
  ['project.ts', 7],
  ['pages', 6],
  ['insights', 5],
  ['metrics', 4],
  ['flow/flow.ts', 4.7],
  ['flow/land-sources.ts', 4.6],
  ['flow/map-sources.ts', 4.65],
  ['flow/loaded.ts', 4.67],
  ['flow/refused.ts', 4.67],
  ['flow/absorb.ts', 4.5],
  ['flow/load.ts', 4.5],
  ['flow/mapping.ts', 4.5],
  ['flow/derive.ts', 4.5],
  ['flow/dictionary.ts', 4.5],
  ['flow/live.ts', 4.8],
  ['flow/live', 4.6],
  ['flow/sources', 4],
  ['flow/land', 4],
  ['flow/map', 4],
  ['flow/derive', 4],
  ['flow/check', 4],
  ['flow/publish', 4],
  ['flow/arrivals', 4],
  ['generate', 4],
  ['clocks', 3],
  ['store', 3],
  ['journal', 2],
  ['sql', 2],
  ['config', 2],
  ['model', 1],
  ['stats', 1],
  ['calendar.ts', 1],
  ['errors.ts', 0],
]

/** Rooms of one floor that may read each other, with the reason. */
const allowed: [from: string, to: string, reason: string][] = [
  ['flow/land', 'flow/sources', 'the scanner rides on the one stream that lands a file'],
  ['flow/map', 'flow/sources', 'a pack maps the Batch of sources/batch.ts: the hand-over between the two stages'],
  ['surfaces/web', 'surfaces/server', 'types of server/wire.ts only'],
]

const root = resolve(import.meta.dirname, '..')
const files = (readdirSync(join(root, 'src'), { recursive: true }) as string[])
  .filter((file) => /\.tsx?$/.test(file) && !file.endsWith('.d.ts'))
  .map((file) => file.replaceAll('\\', '/'))

function importsOf(file: string): string[] {
  const text = readFileSync(join(root, 'src', file), 'utf8')
  const found = [...text.matchAll(/(?:from|import)\s*\(?\s*'(\.[^']+)'/g)].map((match) => match[1] ?? '')
  return found.map((path) =>
    relative(join(root, 'src'), resolve(root, 'src', dirname(file), path)).replaceAll('\\', '/'),
  )
}

function roomOf(file: string): [string, number] {
  const found = floors.find(([room]) => file === room || file.startsWith(`${room}/`))
  if (!found) throw new Error(`src/${file} stands in no room of test/house.test.ts: add its room with a floor.`)
  return found
}

function mayImport(from: string, to: string): boolean {
  const [fromRoom, fromFloor] = roomOf(from)
  const [toRoom, toFloor] = roomOf(to)
  if (fromRoom === toRoom || toFloor < fromFloor) return true
  return allowed.some(([a, b]) => a === fromRoom && b === toRoom)
}

const code = files.filter((file) => !file.endsWith('.css'))
const arrows = code.flatMap((from) =>
  importsOf(from)
    .filter((to) => /\.tsx?$/.test(to))
    .map((to) => ({ from, to })),
)

test('every file stands in a room', () => {
  expect(() => files.map(roomOf)).not.toThrow()
  expect(files.length).toBeGreaterThan(20)
})

test('no import points upward or across', () => {
  const wrong = arrows.filter(({ from, to }) => !mayImport(from, to)).map(({ from, to }) => `${from} -> ${to}`)
  expect(wrong).toEqual([])
})

test('no import circles, types counted', () => {
  const next = new Map<string, string[]>()
  for (const { from, to } of arrows) next.set(from, [...(next.get(from) ?? []), to])
  const done = new Set<string>()
  const circles: string[] = []
  const visit = (file: string, path: string[]): void => {
    if (path.includes(file)) {
      circles.push([...path.slice(path.indexOf(file)), file].join(' -> '))
      return
    }
    if (done.has(file)) return
    for (const to of next.get(file) ?? []) visit(to, [...path, file])
    done.add(file)
  }
  for (const file of code) visit(file, [])
  expect(circles).toEqual([])
})

test('engines are named only where they are spoken', () => {
  const rooms = ['sql/', 'store/', 'surfaces/powerbi/', 'flow/sources/parquet.ts']
  const engine = /\b(openDuckdb|DuckDBInstance|trino|postgres)\b/i
  const wrong = code
    .filter((file) => !rooms.some((room) => file.startsWith(room)))
    .filter((file) => {
      const text = readFileSync(join(root, 'src', file), 'utf8').replace(/\/\*[\s\S]*?\*\/|\/\/.*$/gm, '')
      return engine.test(text)
    })
  // Each of these opens a store: a version to write, one to read, the server's lock, a generator's scratch.
  const openers = ['flow/flow.ts', 'flow/live.ts', 'project.ts', 'surfaces/server/lock.ts', 'generate/generate.ts']
  expect(wrong.filter((file) => !openers.includes(file))).toEqual([])
})

test('no room without a purpose', () => {
  const banned = /(^|\/)(utils?|common|helpers?|lib|shared|core)(\/|\.ts)/
  expect(files.filter((file) => banned.test(file))).toEqual([])
})
