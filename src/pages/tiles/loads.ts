import { formatDate, formatNumber } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { arrivedOf } from '../../model/load-id.ts'
import type { LoadFact } from '../services.ts'
import { type EarlierLoads, loadBefore, loadsBefore } from './earlier.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface LoadsContent {
  loads: {
    path: string
    detail: string
    hash: string
    records: string
    /** `mapped 8,469`, `rejected 0`, ...: their sum is `records` when `balanced`. */
    parts: { id: string; label: string; count: string; zero: boolean }[]
    balanced: boolean
    verdict: string
    /** Against the same file, or the file in its place, in the version before; empty where there is none. */
    change: string
  }[]
}

const parts = ['mapped', 'rejected', 'duplicate', 'superseded', 'skipped'] as const

/** What came in, and that nothing was lost: records = mapped + rejected + duplicate + superseded + skipped. */
export const resolveLoads: TileResolver<'loads'> = async (tile, context) => {
  const [loads, earlier] = await Promise.all([context.services.facts.loads(), loadsBefore(context)])
  const content: LoadsContent = {
    // What is sent all the time stands below the files.
    loads: loads
      .toSorted((a, b) => Number(arrivedOf(a) !== null) - Number(arrivedOf(b) !== null))
      .map((each) => ({ ...loadOf(each, context), change: changeOf(each, earlier, context) })),
  }
  const common = { id: tile.id, kind: 'loads', title: tileTitle(tile, context), width: tile.width }
  return loads.length > 0 ? { ...common, state: 'ok', content } : { ...common, state: 'empty' }
}

function changeOf(load: LoadFact, earlier: EarlierLoads | null, { words }: TileContext): string {
  if (!earlier || arrivedOf(load)) return ''
  const day = formatDate(earlier.at, words, { dateStyle: 'medium' })
  const before = loadBefore(load, earlier)
  if (!before) return say(words, 'pages.loads.first', { day })
  const records = load.records - before.records
  return say(words, 'pages.loads.change', {
    day,
    records: Math.abs(records),
    direction: records > 0 ? 'more' : records < 0 ? 'fewer' : 'same',
  })
}

function loadOf(load: LoadFact, context: TileContext): Omit<LoadsContent['loads'][number], 'change'> {
  const { words } = context
  const sum = parts.reduce((total, part) => total + load[part], 0)
  const balanced = sum === load.records
  const timeZone = context.services.version.zone
  const landed = load.landed_at
    ? formatDate(load.landed_at, words, { dateStyle: 'medium', timeStyle: 'short', timeZone })
    : ''
  return {
    path: nameOfLoad(load, words),
    detail: [load.form.toUpperCase(), load.encoding, bytes(load.bytes, context), load.pack, landed]
      .filter(Boolean)
      .join(' · '),
    hash: load.hash,
    records: formatNumber(load.records, words),
    parts: parts.map((id) => ({
      id,
      label: say(words, `pages.loads.${id}`),
      count: formatNumber(load[id], words),
      zero: load[id] === 0,
    })),
    balanced,
    verdict: balanced
      ? say(words, 'pages.loads.balanced')
      : say(words, 'pages.loads.unbalanced', { gap: formatNumber(load.records - sum, words) }),
  }
}

/** The file's name, or of what was sent to a server its source and its positions in the journal. */
export function nameOfLoad(load: LoadFact, words: Words): string {
  const arrived = arrivedOf(load)
  return arrived ? say(words, 'pages.loads.arrived', { source: load.source, ...arrived }) : nameOf(load.path)
}

/** The file's name; where it lies is the business of whoever runs Rapport. */
export function nameOf(path: string): string {
  return path.split(/[\\/]/).at(-1) ?? path
}

function bytes(count: number, context: TileContext): string {
  const [unit, size] = count >= 1e6 ? (['megabyte', 1e6] as const) : (['kilobyte', 1e3] as const)
  return new Intl.NumberFormat(context.words.locale, { style: 'unit', unit, maximumFractionDigits: 1 }).format(
    count / size,
  )
}
