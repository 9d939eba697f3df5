import { formatDate, formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { LoadFact } from '../services.ts'
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
  }[]
}

const parts = ['mapped', 'rejected', 'duplicate', 'superseded', 'skipped'] as const

/** What came in, and that nothing was lost: records = mapped + rejected + duplicate + superseded + skipped. */
export const resolveLoads: TileResolver<'loads'> = async (tile, context) => {
  const loads = await context.services.facts.loads()
  const content: LoadsContent = { loads: loads.map((each) => loadOf(each, context)) }
  const common = { id: tile.id, kind: 'loads', title: tileTitle(tile, context), width: tile.width }
  return loads.length > 0 ? { ...common, state: 'ok', content } : { ...common, state: 'empty' }
}

function loadOf(load: LoadFact, context: TileContext): LoadsContent['loads'][number] {
  const { words } = context
  const sum = parts.reduce((total, part) => total + load[part], 0)
  const balanced = sum === load.records
  const landed = load.landed_at ? formatDate(load.landed_at, words, { dateStyle: 'medium', timeStyle: 'short' }) : ''
  return {
    path: nameOf(load.path),
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
