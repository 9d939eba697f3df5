import { say } from '../../../config/words.ts'
import type { Finding } from '../../../insights/finding.ts'
import { listed, missingOf } from '../../../metrics/needs.ts'
import type { ChapterOf } from '../../../pages/report-spec.ts'
import { resolvePage } from '../../../pages/resolve.ts'
import type { Page } from '../../../pages/spec.ts'
import type { Block } from '../document.ts'
import { type ChapterContext, recorded } from './chapter.ts'
import { findingsOf, unaskedKinds } from './findings.ts'
import { composeKeyFactors } from './key-factors.ts'

/** The first page: one sentence, the key factors, the surest findings, and how much is not known. */
export async function composeSummary(chapter: ChapterOf<'summary'>, context: ChapterContext): Promise<Block[]> {
  const page = context.pages.get(chapter.page)
  const factors = page ? await composeKeyFactors(page, context) : { blocks: [], unknown: [] }
  return [
    ...(page ? await leadOf(page, context) : []),
    ...factors.blocks,
    ...(await surestBlocks(chapter.limit, context)),
    ...(await unknownBlocks(factors.unknown, context)),
  ]
}

/** Pages whose sentence is of one of their tiles. */
const tiled = new Set(['tile', 'breakdown', 'rows', 'definitions', 'journey', 'process', 'case'])

async function leadOf(page: Page, context: ChapterContext): Promise<Block[]> {
  const { services, asked } = recorded({ ...context.services, pictures: false })
  const tiles = tiled.has(page.headline.says) ? page.tiles : []
  const { headline } = await resolvePage({ ...page, tiles }, '', services, 'as-written')
  if (!headline) return []
  const source = { tile: page.page, queries: asked, facts: 'loads' as const }
  return [{ kind: 'paragraph', tone: 'lead', text: headline, source }]
}

async function surestBlocks(limit: number, context: ChapterContext): Promise<Block[]> {
  const surest = surestOf(findingsOf((await context.gathered()).answers)).slice(0, limit)
  if (surest.length === 0) return []
  return [
    { kind: 'heading', text: say(context.words, 'report.summary.surest') },
    { kind: 'list', items: surest.map(({ claim }) => claim), source: { findings: surest.map(({ id }) => id) } },
  ]
}

/** The first of each question, then the second of each: one question with many findings does not push out the others. */
export function surestOf(findings: readonly Finding[]): Finding[] {
  const places = new Map<Finding['kind'], number>()
  return findings
    .map((finding) => {
      const place = places.get(finding.kind) ?? 0
      places.set(finding.kind, place + 1)
      return { finding, place }
    })
    .toSorted((a, b) => a.place - b.place)
    .map(({ finding }) => finding)
}

/** How much of what could be known is known. */
async function unknownBlocks(unknown: string[], context: ChapterContext): Promise<Block[]> {
  const { words, services } = context
  const families = [...services.catalogue.metrics.values()].filter((each) => each.variant === '' && !each.quantileOf)
  const ready = families.filter(({ needs }) => missingOf(needs, services.version.present).length === 0).length
  const unasked = unaskedKinds((await context.gathered()).answers)
  return [
    { kind: 'heading', text: say(words, 'report.summary.unknown') },
    {
      kind: 'paragraph',
      text: [
        say(words, 'report.summary.ready', { ready, all: families.length }),
        ...(unknown.length > 0 ? [say(words, 'report.summary.lacking', { names: listed(unknown, words) })] : []),
        ...(unasked.length > 0 ? [say(words, 'report.summary.refused', { count: unasked.length })] : []),
      ].join(' '),
      source: { facts: 'readiness', findings: [] },
    },
  ]
}
