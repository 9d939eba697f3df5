import { formatDate, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Page, Tile, TileKind } from '../../pages/spec.ts'
import type { ActionsContent } from '../../pages/tiles/actions.ts'
import type { FindingsContent } from '../../pages/tiles/findings.ts'
import type { InsightsContent } from '../../pages/tiles/insights.ts'
import type { PageView, TileView } from '../../pages/view.ts'
import type { ReportPage, ReportTile } from './report-pages.ts'

/** What a report needs of a page, from the page as it was resolved: a tile that is not there, or has nothing to show, is not there either. */
export function reportPage(page: Page, view: PageView, words: Words): ReportPage {
  const byId = new Map(view.tiles.map((tile) => [tile.id, tile]))
  const tiles = page.tiles.flatMap((tile) => {
    const shown = byId.get(tile.id)
    return shown?.state === 'ok' ? [reportTile(tile, shown, view, words)] : []
  })
  return { page, title: view.title, tiles }
}

function reportTile(tile: Tile, shown: TileView, view: PageView, words: Words): ReportTile {
  const subtitle = tile.kind === 'kpi' ? targetOf(shown, tile.metric, words) : verdictOf(shown, view, words)
  const sentences = sentencesOf(tile, shown)
  return {
    tile,
    title: shown.title,
    ...(subtitle && { subtitle }),
    ...(sentences.length > 0 && { sentences }),
  }
}

function targetOf({ frame }: TileView, metric: string, words: Words): string | undefined {
  const card = frame?.metrics[metric]
  if (!card?.target) return undefined
  return say(words, 'powerbi.report.target', { target: formatValue(card.target.value, card.unit, words) })
}

/** Whether a difference is real: of all data, whatever Power BI filters later. */
function verdictOf({ verdict }: TileView, { as_of }: PageView, words: Words): string | undefined {
  if (!verdict) return undefined
  const { sentence } = verdict
  if (as_of === null) return say(words, 'powerbi.report.verdict.undated', { sentence })
  return say(words, 'powerbi.report.verdict', { sentence, date: formatDate(as_of, words) })
}

/** Power BI draws them, or they are lists and say nothing without their rows. */
const silent = new Set<TileKind>([
  'kpi',
  'chart',
  'ranks',
  'key_factors',
  'rows',
  'readiness',
  'quality',
  'decisions',
  'alerts',
  'deliveries',
  'profile',
  'loads',
  'rejects',
  'lineage',
  'case',
  'journey',
  'definitions',
  'due_board',
  'due_risks',
  'now',
])

function sentencesOf(tile: Tile, { kind, content, reading }: TileView): string[] {
  if (silent.has(tile.kind)) return []
  if (kind === 'findings')
    return (content as FindingsContent).items.map(({ sentence, effect }) => joined(sentence, effect))
  if (kind === 'actions') return (content as ActionsContent).items.map(({ what, why }) => joined(what, why))
  if (kind === 'insights')
    return (content as InsightsContent).groups.flatMap(({ items }) =>
      items.map(({ claim, evidence }) => joined(claim, evidence)),
    )
  return reading ? [reading] : []
}

function joined(...parts: string[]): string {
  return parts.filter(Boolean).join(' ')
}
