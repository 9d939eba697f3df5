import { formatDate, formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { type CheckedVersion, trendOf } from '../../flow/check/history.ts'
import type { CheckFact } from '../services.ts'
import type { TileContext } from './tile.ts'

/** Since when something is found, and how much of it in the last versions. */
export interface FindingTrend {
  text: string
  isNew: boolean
  /** Bars from 0 to 1, oldest first. */
  bars: number[]
  label: string
  rows: { version: string; at: string; found: string; checked: string }[]
}

export function trendTexts(fact: CheckFact, history: CheckedVersion[], context: TileContext): FindingTrend | null {
  const { words } = context
  const trend = trendOf(fact, history)
  if (!trend || history.length < 2) return null
  const day = (at: string): string => formatDate(at, words, { dateStyle: 'medium' })
  const most = Math.max(1, ...trend.counts.map(({ found }) => found ?? 0))
  const count = (value: number | null): string => (value === null ? '–' : formatNumber(value, words))
  return {
    text: trend.isNew
      ? say(words, 'pages.trend.new')
      : say(words, 'pages.trend.since', { day: day(trend.since), versions: trend.versions }),
    isNew: trend.isNew,
    bars: trend.counts.map(({ found }) => (found ?? 0) / most),
    label: say(words, 'pages.trend.label', { versions: trend.counts.length }),
    rows: trend.counts
      .map(({ version, at, found, checked }) => ({
        version,
        at: formatDate(at, words, { dateStyle: 'medium', timeStyle: 'short' }),
        found: count(found),
        checked: count(checked),
      }))
      .toReversed(),
  }
}
