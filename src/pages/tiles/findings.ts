import { formatValue } from '../../config/format.ts'
import { hasWord, say } from '../../config/words.ts'
import type { CheckedVersion } from '../../flow/check/history.ts'
import type { CheckFact } from '../services.ts'
import { type FindingTrend, trendTexts } from './check-trend.ts'
import { hasPage, hrefTo, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface FindingItem {
  id: string
  severity: CheckFact['severity']
  /** The word for the mark's colour and shape. */
  mark: string
  sentence: string
  effect: string
  href: string
  link: string
  /** Who is told of it. */
  owner?: string
  trend?: FindingTrend
}

export interface FindingsContent {
  items: FindingItem[]
  /** Findings that are not listed, with a link to all. */
  more: { text: string; href: string } | null
}

const rank = { error: 0, warning: 1, note: 2 } as const

/** What the checks found, worst first. */
export const resolveFindings: TileResolver<'findings'> = async (tile, context) => {
  const found = (await foundOf(context)).filter((each) => tile.limit === undefined || each.severity !== 'note')
  const shown = found.slice(0, tile.limit ?? found.length)
  const all = await foundOf(context)
  // Where findings are only mentioned, neither their past nor who is told is.
  const whole = tile.limit === undefined
  const history = whole ? ((await context.services.facts.history?.()) ?? []) : []
  const items = shown.map((each) => ({ ...itemOf(each, context), ...(whole && pastOf(each, history, context)) }))
  const rest = all.length - items.length
  const content: FindingsContent = {
    items,
    more:
      rest > 0 && context.page.page !== 'data'
        ? { text: say(context.words, 'pages.findings.more', { count: rest }), href: hrefTo(context, 'data') }
        : null,
  }
  const common = { id: tile.id, kind: 'findings', title: tileTitle(tile, context), width: tile.width }
  if (items.length > 0) return { ...common, state: 'ok', content }
  const checked = Object.values(context.services.version.counts).some((each) => each > 0)
  return { ...common, state: 'empty', reading: say(context.words, `pages.findings.${checked ? 'none' : 'no-rows'}`) }
}

export async function foundOf(context: TileContext): Promise<CheckFact[]> {
  const results = await context.services.facts.checkResults()
  return results.filter((each) => each.found > 0).toSorted((a, b) => rank[a.severity] - rank[b.severity])
}

function pastOf(
  fact: CheckFact,
  history: CheckedVersion[],
  context: TileContext,
): Pick<FindingItem, 'owner' | 'trend'> {
  const trend = trendTexts(fact, history, context)
  const owner = fact.owner && say(context.words, 'pages.findings.owner', { owner: fact.owner })
  return { ...(owner && { owner }), ...(trend && { trend }) }
}

function itemOf(result: CheckFact, context: TileContext): FindingItem {
  const { words } = context
  const [sentence, effect] = sentenceOf(result, context)
  const rows = result.rows !== null && result.table === 'cases' && hasPage(context, 'cases')
  return {
    id: result.check,
    severity: result.severity,
    mark: say(words, `pages.severity.${result.severity}`),
    sentence,
    effect,
    href: rows
      ? hrefTo(context, 'cases', { plain: { check: result.check } })
      : hrefTo(context, 'data') + (result.subject ? '#tile-profile' : '#tile-findings'),
    link: say(words, rows ? 'pages.findings.rows' : 'pages.findings.why'),
  }
}

/** What was found, and what follows from it: the first sentence and the rest. */
export function sentenceOf(result: CheckFact, context: TileContext): [string, string] {
  const { words } = context
  const values = argumentsOf(result, context)
  const id = `checks.${result.check}`
  const whole = result.sentence || say(words, hasWord(words, id) ? id : 'pages.findings.plain', values)
  const effectId = `${id}.effect`
  const effect = result.effect || (hasWord(words, effectId) ? say(words, effectId, values) : '')
  const end = /[.!?](?=\s\S)/.exec(whole)
  if (!end) return [whole, effect]
  return [whole.slice(0, end.index + 1), [whole.slice(end.index + 1).trim(), effect].filter(Boolean).join(' ')]
}

function argumentsOf(result: CheckFact, context: TileContext): Record<string, string | number | boolean | null> {
  const share = result.checked ? result.found / result.checked : null
  return {
    ...result.facts,
    check: result.check,
    subject: result.subject ?? '',
    found: result.found,
    checked: result.checked,
    share,
    share_text: formatValue(share, 'ratio', context.words),
  }
}
