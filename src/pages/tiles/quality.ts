import { formatNumber, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { type QualityScore, shownScore } from '../../metrics/quality-score.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** One line of the arithmetic: a check, ready to print. */
export interface QualityLine {
  check: string
  severity: string
  found: string
  checked: string
  weight: string
  share: string
  points: string
  lost: string
}

export interface QualityPart {
  label: string
  score: string
  lines: QualityLine[]
}

export interface QualityContent {
  score: string
  sentence: string
  sources: { source: string; score: string }[]
  parts: QualityPart[]
  sum: { points: string; lost: string }
}

/** One number for how good the data are, and every line of its arithmetic. */
export const resolveQuality: TileResolver<'quality'> = async (tile, context) => {
  const quality = await context.services.facts.quality?.()
  if (!quality) return null
  const common = { id: tile.id, kind: 'quality', title: tileTitle(tile, context), width: tile.width }
  if (!quality.whole) return { ...common, state: 'empty', reading: say(context.words, 'pages.quality.nothing') }
  const { words } = context
  const content: QualityContent = {
    score: points(quality.whole.score, context),
    sentence: say(words, 'pages.quality.how', { dimensions: quality.whole.dimensions.length }),
    sources: quality.sources.map(({ source, quality: own }) => ({ source, score: points(own.score, context) })),
    parts: quality.whole.dimensions.map((part) => ({
      label: say(words, `pages.quality.${part.dimension}`),
      score: points(part.score, context),
      lines: part.terms.map((term) => ({
        check: term.check,
        severity: say(words, `pages.severity.${term.severity}`),
        found: formatNumber(term.found, words),
        checked: formatNumber(term.checked, words),
        weight: formatNumber(term.weight, words),
        share: formatValue(term.share, 'ratio', words),
        points: formatNumber(term.points, words, 2),
        lost: formatNumber(term.lost, words, 2),
      })),
    })),
    sum: sumOf(quality.whole, context),
  }
  return { ...common, state: 'ok', content }
}

const points = (score: number, { words }: TileContext): string => formatNumber(shownScore(score), words, 1)

function sumOf(whole: QualityScore, { words }: TileContext): QualityContent['sum'] {
  const lost = whole.dimensions.flatMap(({ terms }) => terms).reduce((sum, term) => sum + term.lost, 0)
  return { points: formatNumber(whole.score, words, 2), lost: formatNumber(lost, words, 2) }
}
