import { formatNumber, formatValue } from '../../config/format.ts'
import { hasWord, say } from '../../config/words.ts'
import type { Verdict } from '../../metrics/frame.ts'
import { metricLabel } from '../../metrics/needs.ts'
import type { TileOf } from '../spec.ts'
import { foundOf } from './findings.ts'
import { labelOfDimension } from './table.ts'
import { standingOf } from './target.ts'
import { hasPage, hrefTo, type TileContext, type TileResolver, totalOf } from './tile.ts'
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

/**
 * What to do next, computed from what is missing, what the checks found and which targets are missed beyond doubt. It says what
 * follows by arithmetic, never what would follow if the world obeyed.
 */
export const resolveActions: TileResolver<'actions'> = async (tile, context) => {
  const items = [
    ...(await missingField(context)),
    ...(await missedTarget(tile, context)),
    ...(await flatPriority(tile, context)),
    ...(await brokenRows(context)),
  ].slice(0, tile.limit ?? 4)
  const common = { id: tile.id, kind: 'actions', title: tileTitle(tile, context), width: tile.width }
  if (items.length === 0) return { ...common, state: 'empty', reading: say(context.words, 'pages.actions.none') }
  return { ...common, state: 'ok', content: { items } satisfies ActionsContent }
}

async function missingField(context: TileContext): Promise<ActionItem[]> {
  const { words } = context
  const [best] = await context.services.findReadiness()
  if (best?.kind !== 'number' || best.unlocks.metrics.length === 0) return []
  const { catalogue } = context.services
  const told = preferred(best.unlocks.metrics) ?? best.unlocks.metrics[0] ?? ''
  const metric = catalogue.metrics.get(told)
  const label = metric ? metricLabel(metric, words, catalogue) : told
  return [
    {
      what: say(words, 'pages.actions.record', { field: best.label }),
      why: say(words, 'pages.actions.unlocks', {
        count: best.unlocks.metrics.length,
        metric: label.toLocaleLowerCase(words.locale),
      }),
      href: `${hrefTo(context, 'data')}#field-${best.field}`,
      link: say(words, 'pages.actions.plan'),
    },
  ]
}

/** The one that people ask for first. */
function preferred(unlocks: string[]): string | undefined {
  return ['first_reply_time', 'full_resolution_time', 'csat_mean', 'contact_rate', 'cases_per_customer'].find((each) =>
    unlocks.includes(each),
  )
}

const rates = ['reply_rate', 'resolution_rate', 'csat_percent', 'sla_attainment', 'fcr_rate']

/** A missed target of a rate is a number of cases: that much is arithmetic. */
async function missedTarget(_tile: TileOf<'actions'>, context: TileContext): Promise<ActionItem[]> {
  const { words } = context
  for (const metric of rates.filter((each) => context.services.catalogue.metrics.has(each))) {
    const frame = await context.services.runQuery({ metrics: [metric], ...context.scope })
    const card = frame.metrics[metric]
    const cell = totalOf(frame, metric)
    const target = card?.target
    if (!card || !target || standingOf(card, cell) !== 'missed' || cell.value === null) continue
    const { numerator, denominator } = cell
    if (numerator === undefined || denominator === undefined) continue
    const more = Math.ceil(target.value * denominator - 1e-9) - numerator
    if (more <= 0) continue
    return [
      {
        what: say(words, 'pages.actions.target', {
          metric: card.label,
          from: formatValue(cell.value, card.unit, words),
          to: formatValue(target.value, card.unit, words),
        }),
        why: say(words, `pages.actions.target.${metric}`, { more: formatNumber(more, words), count: more }),
        href: hrefTo(context, 'cases', { plain: { metric, part: 'denominator' } }),
        link: say(words, 'pages.actions.cases'),
      },
    ]
  }
  return []
}

/** Critical cases are meant to go first: no trace of it is worth a look, and no more than that. */
async function flatPriority(_tile: TileOf<'actions'>, context: TileContext): Promise<ActionItem[]> {
  const { words } = context
  const { metrics, dimensions } = context.services.catalogue
  if (
    !metrics.has('reply_rate') ||
    !dimensions.has('priority') ||
    !context.services.version.present.has('cases.priority')
  )
    return []
  const frame = await context.services.runQuery({ metrics: ['reply_rate'], by: ['priority'], ...context.scope })
  const verdict: Verdict | undefined = frame.verdicts[0]
  const card = frame.metrics.reply_rate
  if (!card || verdict?.real !== false) return []
  return [
    {
      what: say(words, 'pages.actions.priority'),
      why: say(words, 'pages.actions.priority.why', {
        metric: card.label.toLocaleLowerCase(words.locale),
        dimension: labelOfDimension(context, 'priority').toLocaleLowerCase(words.locale),
      }),
      href: hrefTo(context, 'breakdown', { metrics: ['reply_rate'], by: ['priority'] }),
      link: say(words, 'pages.actions.evidence'),
    },
  ]
}

async function brokenRows(context: TileContext): Promise<ActionItem[]> {
  const { words } = context
  const found = (await foundOf(context)).filter((each) => each.severity === 'error' && each.rows !== null)
  return found.slice(0, 2).map((each) => {
    const id = `checks.${each.check}.action`
    return {
      what: hasWord(words, id)
        ? say(words, id, { ...each.facts, found: each.found, checked: each.checked })
        : say(words, 'pages.actions.check', { count: each.found }),
      why: say(words, 'pages.actions.check.why'),
      href:
        hasPage(context, 'cases') && each.table === 'cases'
          ? hrefTo(context, 'cases', { plain: { check: each.check } })
          : hrefTo(context, 'data'),
      link: say(words, 'pages.actions.cases'),
    }
  })
}
