import { say, type Words } from '../../config/words.ts'
import type { Finding, FindingKind } from '../../insights/finding.ts'
import type { Answer } from '../../insights/gather.ts'
import { saidSure } from '../../insights/said-sure.ts'
import { fieldLabel } from '../../metrics/needs.ts'
import type { Query, RowsQuery } from '../../metrics/query.ts'
import type { TileView } from '../view.ts'
import { hasPage, hrefTo, type TileContext, type TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

export interface InsightItem {
  id: string
  claim: string
  evidence: string
  /** How sure: rows, effect with interval, correction. */
  sure: string
  limits: string[]
  /** What shows it again. */
  check?: { href: string; label: string }
}

/** Findings of one question, most certain first, with the way to its own page. */
export interface InsightGroup {
  kind: FindingKind
  title: string
  items: InsightItem[]
  more: number
  page?: { href: string; label: string }
}

export interface InsightsContent {
  groups: InsightGroup[]
  /** Asked, and nothing is real: the names of the questions. */
  silent: string
  /** Still being worked on. */
  pending: string
  /** Asked, and these data cannot tell, with the fields that would help. */
  unanswered: { title: string; why: string; fields: string }[]
}

/** Milliseconds after which a page shows what is known. */
export const patience = 1200
/** Seconds after which it looks again. */
export const lookAgain = 2

/** What the data say beyond their numbers, by question. A filter would make other questions: the findings are those of all data. */
export const resolveInsights: TileResolver<'insights'> = async (tile, context) => {
  const { services, words } = context
  const gathered = await services.gatherWithin?.(patience)
  if (!gathered) return null
  const { answers, pending } = gathered
  const head = { id: tile.id, kind: 'insights', title: tileTitle(tile, context), width: tile.width }
  const kinds = [...new Set(answers.map((each) => each.kind))]
  const content: InsightsContent = {
    groups: kinds.flatMap((kind) => groupOf(kind, answers, tile.limit, context) ?? []),
    silent: listOf(
      'silent',
      kinds.filter((kind) => answers.some((each) => each.kind === kind && !each.refused) && !isFound(kind, answers)),
      words,
    ),
    pending: saidPending(pending, words),
    unanswered: answers.flatMap(({ kind, refused }) =>
      refused && !isFound(kind, answers)
        ? [
            {
              title: titleOf(kind, words),
              why: refused.refused,
              fields: refused.missing.map((each) => fieldLabel(each, words)).join(', '),
            },
          ]
        : [],
    ),
  }
  // Nothing found so far is not nothing found.
  const waits = content.groups.length === 0 && pending.length > 0
  const known: TileView = { ...head, state: 'ok', ...(!waits && { reading: readingOf(content, words) }), content }
  return pending.length > 0 ? { ...known, refresh: lookAgain } : known
}

/** Which questions are still being worked on; empty where none is. */
export function saidPending(kinds: FindingKind[], words: Words): string {
  return listOf('pending', kinds, words)
}

function isFound(kind: FindingKind, answers: Answer[]): boolean {
  return answers.some((each) => each.kind === kind && each.findings.length > 0)
}

function titleOf(kind: FindingKind, words: Words): string {
  return say(words, `say.insights.kind.${kind}`)
}

function listOf(id: 'silent' | 'pending', kinds: FindingKind[], words: Words): string {
  if (kinds.length === 0) return ''
  const names = new Intl.ListFormat(words.locale, { type: 'conjunction' }).format(
    [...new Set(kinds)].map((each) => titleOf(each, words)),
  )
  return say(words, `say.insights.${id}`, { names })
}

function readingOf({ groups }: InsightsContent, words: Words): string {
  const count = groups.reduce((sum, { items, more }) => sum + items.length + more, 0)
  return say(words, 'say.insights.found', { count, questions: groups.length })
}

function groupOf(kind: FindingKind, answers: Answer[], limit: number, context: TileContext): InsightGroup | null {
  const findings = answers.flatMap((each) => (each.kind === kind ? each.findings : []))
  if (findings.length === 0) return null
  const page = pageOf[kind]
  return {
    kind,
    title: titleOf(kind, context.words),
    items: findings.slice(0, limit).map((each) => itemOf(each, context)),
    more: Math.max(0, findings.length - limit),
    ...(hasPage(context, page) && {
      page: { href: hrefTo(context, page), label: say(context.words, 'say.insights.page') },
    }),
  }
}

/** The page that shows more of a question. */
const pageOf: Record<FindingKind, string> = {
  anomalies: 'overview',
  change: 'change',
  churn: 'churn',
  contacts: 'customers',
  drivers: 'drivers',
  process: 'process',
  segments: 'segments',
  signals: 'drivers',
  staffing: 'staffing',
  survival: 'sla',
  topics: 'topics',
  trends: 'trends',
  value: 'value',
}

function itemOf(finding: Finding, context: TileContext): InsightItem {
  const href = hrefOf(finding.check, context)
  return {
    id: finding.id,
    claim: finding.claim,
    evidence: finding.evidence,
    sure: saidSure(finding.confidence, context.words),
    limits: finding.limits,
    ...(href && { check: { href, label: say(context.words, 'say.insights.check') } }),
  }
}

/** The breakdown of the same metric, or the rows that are meant. */
function hrefOf(check: Finding['check'], context: TileContext): string | null {
  if (!check) return null
  if (isQuery(check))
    return hasPage(context, 'breakdown')
      ? hrefTo(context, 'breakdown', {
          metrics: check.metrics,
          by: check.by ?? [],
          where: check.where ?? [],
          ...check.range,
          ...(check.grain && { grain: check.grain }),
        })
      : null
  const where = { where: check.where ?? [], ...check.range }
  if (check.metric && hasPage(context, 'rows'))
    return hrefTo(context, 'rows', { ...where, plain: { metric: check.metric.id, part: check.metric.part } })
  if (check.table !== 'cases' || !hasPage(context, 'cases')) return null
  return hrefTo(context, 'cases', {
    ...where,
    plain: {
      ...(check.search && { search: check.search }),
      ...(check.check && { check: check.check }),
      ...(check.process && { process: JSON.stringify(check.process) }),
    },
  })
}

function isQuery(check: Query | RowsQuery): check is Query {
  return 'metrics' in check
}
