/** What one check counts for: how many of how many, and how bad one is. */
export interface ScoreResult {
  check: string
  severity: 'error' | 'warning' | 'note'
  dimension: string
  found: number
  checked: number
}

/** One line of the arithmetic. The points of all lines and what they lost add up to 100. */
export interface ScoreTerm extends ScoreResult {
  weight: number
  /** 0-1: found of checked. */
  share: number
  /** What it brings to the score. */
  points: number
  lost: number
}

export interface ScoreDimension {
  dimension: string
  /** 0-100. */
  score: number
  terms: ScoreTerm[]
}

export interface QualityScore {
  /** 0-100. */
  score: number
  dimensions: ScoreDimension[]
}

/** An impossible number weighs as much as three remarks. */
export const severityWeights = { error: 3, warning: 2, note: 1 } as const

/**
 * How good the data are: the mean of the dimensions that were checked, each the mean of 1 - found / checked over its checks, weighted by
 * severity. A check with several results, one for each file or column, is one line with their sums. Null where nothing was checked.
 */
export function scoreOf(results: readonly ScoreResult[]): QualityScore | null {
  const checks = new Map<string, ScoreResult>()
  for (const result of results) {
    if (result.checked === 0) continue
    const known = checks.get(result.check)
    if (!known) checks.set(result.check, { ...result })
    else {
      known.found += result.found
      known.checked += result.checked
      if (severityWeights[result.severity] > severityWeights[known.severity]) known.severity = result.severity
    }
  }
  const names = [...new Set([...checks.values()].map(({ dimension }) => dimension))]
  if (names.length === 0) return null
  const dimensions = names.map((dimension): ScoreDimension => {
    const own = [...checks.values()].filter((each) => each.dimension === dimension)
    const whole = own.reduce((sum, { severity }) => sum + severityWeights[severity], 0)
    const terms = own.map((each): ScoreTerm => {
      const weight = severityWeights[each.severity]
      const share = Math.min(1, each.found / each.checked)
      const most = (100 / names.length) * (weight / whole)
      return { ...each, weight, share, points: most * (1 - share), lost: most * share }
    })
    const score = 100 * (terms.reduce((sum, { weight, share }) => sum + weight * (1 - share), 0) / whole)
    return { dimension, score, terms }
  })
  return { score: dimensions.reduce((sum, { score }) => sum + score, 0) / dimensions.length, dimensions }
}

/** With one decimal, and never rounded up to 100 where something was found. */
export function shownScore(score: number): number {
  return Math.floor(score * 10 + 1e-9) / 10
}
