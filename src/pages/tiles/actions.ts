import { formatNumber } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import type { FindingKind } from '../../insights/finding.ts'
import { evidenceOf } from '../../insights/gather.ts'
import { findPlaybook, type Playbook, type Recommendation, type Silent } from '../../insights/playbook.ts'
import { askedBy } from '../../insights/playbook-evidence.ts'
import type { Way } from '../../insights/playbook-proof.ts'
import type { Concern, PlaybookRule } from '../../insights/playbook-rule.ts'
import { readPlaybook } from '../../insights/read-playbook.ts'
import type { TableView, TileView } from '../view.ts'
import { foundOf, sentenceOf } from './findings.ts'
import { lookAgain, patience, saidPending } from './insights.ts'
import { hasPage, hrefTo, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface ActionItem {
  what: string
  why: string
  href: string
  link: string
}

export interface ActionsContent {
  items: ActionItem[]
}

/** Every recommendation with all that speaks for it, by concern. */
export interface PlaybookContent {
  concerns: { label: string; items: PlaybookItem[] }[]
  silent: { title: string; groups: { label: string; items: { what: string; why: string }[] }[] } | null
  order: string
}

export interface PlaybookItem {
  id: string
  what: string
  place: string
  /** `rest`: what a reader unfolds. */
  parts: { label: string; text: string; rest?: string; quiet: boolean }[]
  way: { href: string; label: string } | null
  decide: string
  command: string
}

/** What the playbook recommends: the next few, or all of it. */
export const resolveActions: TileResolver<'actions'> = async (tile, context) => {
  const { words } = context
  const rules = context.services.playbook ?? []
  const common = { id: tile.id, kind: 'actions', title: tileTitle(tile, context), width: tile.width }
  if (tile.show === 'all') {
    const { found, pending } = await findingsOf(context)
    const all = allOf(await playbookOf(rules, context, found), common.title, context)
    const known: TileView = { ...common, kind: 'playbook', ...all }
    if (pending.length === 0) return known
    return { ...known, reading: `${all.reading} ${saidPending(pending, words)}`, refresh: lookAgain }
  }
  const playbook = await playbookOf(rules.filter(isCheap(context)), context)
  const items = playbook.recommendations.slice(0, tile.limit ?? 4).map((each) => nextOf(each, context))
  if (items.length === 0) return { ...common, state: 'empty', reading: say(words, 'pages.actions.none') }
  const links = hasPage(context, 'actions')
    ? [{ href: hrefTo(context, 'actions'), label: say(words, 'pages.actions.all') }]
    : []
  return { ...common, state: 'ok', content: { items } satisfies ActionsContent, links }
}

/**
 * A split is tested beside all splits of its metric, which takes seconds on millions of rows: the first few recommendations are found
 * among rules whose splits the page draws anyway.
 */
function isCheap({ page }: TileContext): (rule: PlaybookRule) => boolean {
  const drawn = new Set(
    page.tiles.flatMap((tile) => (tile.kind === 'chart' && tile.query.by ? tile.query.metrics : [])),
  )
  return (rule) => [...askedBy([rule]).splits.values()].flat().every((metric) => drawn.has(metric))
}

type Found = ReturnType<typeof evidenceOf>

/** Insights are of all data: beside a filter they would speak of others. What takes long is waited for by asking again. */
async function findingsOf({ services, scope }: TileContext): Promise<{ found: Found; pending: FindingKind[] }> {
  const filtered = (scope.where ?? []).length > 0 || scope.range !== undefined
  const gathered = filtered ? undefined : await services.gatherWithin?.(patience)
  return { found: evidenceOf(gathered?.answers ?? []), pending: gathered?.pending ?? [] }
}

async function playbookOf(rules: readonly PlaybookRule[], context: TileContext, found?: Found): Promise<Playbook> {
  const { services, words, scope } = context
  const { compare: _compare, ...asked } = scope
  const checkResults = async () =>
    (await foundOf(context)).map((each) => ({ ...each, sentence: sentenceOf(each, context)[0] }))
  const evidence = await readPlaybook(rules, asked, { ...services, words, checkResults }, found)
  return findPlaybook(rules, evidence, words)
}

function nextOf(each: Recommendation, context: TileContext): ActionItem {
  const way = wayOf(each.way, context)
  const [first = ''] = /^.*?[.!?](?=\s\p{Lu}|$)/u.exec(each.evidence) ?? [each.evidence]
  return {
    what: each.do,
    why: each.effect.estimable ? each.effect.text : first,
    href: way?.href ?? hrefTo(context, 'actions'),
    link: way?.label ?? say(context.words, 'pages.actions.evidence'),
  }
}

function wayOf(way: Way | null, context: TileContext): { href: string; label: string } | null {
  const { words } = context
  if (way?.kind === 'field')
    return { href: `${hrefTo(context, 'data')}#field-${way.field}`, label: say(words, 'pages.actions.plan') }
  if (way?.kind === 'query') {
    const { metrics, by = [], where } = way.query
    const change = { metrics, by, ...(where && { where }) }
    return { href: hrefTo(context, 'breakdown', change), label: say(words, 'pages.actions.evidence') }
  }
  if (way?.kind !== 'rows') return null
  const { table, check, metric } = way.rows
  const plain: Record<string, string> = check ? { check } : metric ? { metric: metric.id, part: metric.part } : {}
  if (table === 'cases' && hasPage(context, 'cases'))
    return { href: hrefTo(context, 'cases', { plain }), label: say(words, 'pages.actions.cases') }
  if (check) return { href: hrefTo(context, 'data'), label: say(words, 'pages.actions.evidence') }
  return { href: hrefTo(context, 'rows', { plain }), label: say(words, 'pages.actions.rows') }
}

const concerns: Concern[] = ['speed', 'resolution', 'satisfaction', 'channels', 'customers', 'product', 'data']

function allOf(
  { recommendations, silent, order }: Playbook,
  caption: string,
  context: TileContext,
): Pick<TileView, 'state' | 'reading' | 'content' | 'table'> {
  const { words } = context
  const places = new Map(recommendations.map((each, index) => [each.id, index + 1]))
  const content: PlaybookContent = {
    concerns: concerns.flatMap((concern) => {
      const own = recommendations.filter((each) => each.concern === concern)
      if (own.length === 0) return []
      const items = own.map((each) => itemOf(each, places.get(each.id) ?? 0, context))
      return [{ label: say(words, `pages.actions.concern.${concern}`), items }]
    }),
    silent: silentOf(silent, context),
    order,
  }
  return {
    state: 'ok',
    reading: say(words, 'pages.actions.headline', { count: recommendations.length, silent: silent.length }),
    content,
    table: tableOf(recommendations, caption, context),
  }
}

function itemOf(each: Recommendation, place: number, context: TileContext): PlaybookItem {
  const { words } = context
  const { effect, effort, check, rank } = each
  const part = (id: string, text: string, quiet = false) => ({
    label: say(words, `pages.actions.part.${id}`),
    text,
    quiet,
  })
  return {
    id: each.id,
    what: each.do,
    place: say(words, 'pages.actions.place', {
      place,
      impact: formatNumber(rank.impact, words, 2),
      confidence: formatNumber(rank.confidence, words, 2),
      effort: rank.effort,
    }),
    parts: [
      { ...part('evidence', ''), ...folded(each.evidence) },
      ...(each.concerned.length > 0 ? [part('concerned', each.concerned.join(', '))] : []),
      part('effect', effectText(each, context), !effect.estimable),
      part('effort', `${say(words, `pages.actions.effort.${effort.size}`)} ${effort.because}`),
      part('check', check.text),
    ],
    way: wayOf(each.way, context),
    decide: say(words, 'pages.actions.decide'),
    command: `rapport actions accept ${each.id} --owner NAME --from ${context.services.version.as_of?.slice(0, 10) ?? 'DAY'}`,
  }
}

/** Characters of evidence that stand open. */
const open = 280

/** The first sentences, as many as have room; the others fold away. */
function folded(evidence: string): { text: string; rest?: string } {
  const sentences = evidence.split(/(?<=[.!?]) (?=\p{Lu})/u)
  let shown = 1
  while (shown < sentences.length && sentences.slice(0, shown + 1).join(' ').length <= open) shown++
  const rest = sentences.slice(shown).join(' ')
  return { text: sentences.slice(0, shown).join(' '), ...(rest && { rest }) }
}

function effectText({ effect }: Recommendation, { words }: TileContext): string {
  return effect.estimable ? effect.text : `${say(words, 'pages.actions.unestimable')} ${effect.text}`
}

function silentOf(silent: Silent[], { words }: TileContext): PlaybookContent['silent'] {
  if (silent.length === 0) return null
  const reasons = ['noise', 'lacks', 'otherwise'] as const
  return {
    title: say(words, 'pages.actions.silent', { count: silent.length }),
    groups: reasons.flatMap((because) => {
      const items = silent.filter((each) => each.because === because)
      if (items.length === 0) return []
      return [
        {
          label: say(words, `pages.actions.silent.${because}`),
          items: items.map((each) => ({ what: each.do, why: each.sentence })),
        },
      ]
    }),
  }
}

/** The same as a table: for the workbook, the report and everyone who reads tables. */
function tableOf(recommendations: Recommendation[], caption: string, context: TileContext): TableView {
  const { words } = context
  const label = (id: string): string => say(words, `pages.actions.part.${id}`)
  return {
    caption,
    columns: [
      { id: 'place', label: label('order'), numeric: true },
      { id: 'action', label: say(words, 'say.actions.column.action'), numeric: false },
      ...['evidence', 'effect', 'effort', 'check'].map((id) => ({ id, label: label(id), numeric: false })),
    ],
    rows: recommendations.map((each, index) => [
      { text: formatNumber(index + 1, words), value: index + 1 },
      ...[
        each.do,
        each.evidence,
        effectText(each, context),
        say(words, `pages.actions.effort.${each.effort.size}`),
        each.check.text,
      ].map((text) => ({ text, value: text })),
    ]),
  }
}
