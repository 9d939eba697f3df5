import { labelOf } from '../../config/words.ts'
import { evidenceOf } from '../../insights/gather.ts'
import { findPlaybook } from '../../insights/playbook.ts'
import { readPlaybook } from '../../insights/read-playbook.ts'
import { memoised } from '../../pages/memoised.ts'
import { originOf } from '../../pages/origin.ts'
import type { Chapter, Report } from '../../pages/report-spec.ts'
import type { PageServices } from '../../pages/services.ts'
import { foundOf, sentenceOf } from '../../pages/tiles/findings.ts'
import { composeActions } from './chapters/actions.ts'
import { composeAssumptions } from './chapters/assumptions.ts'
import { type ChapterContext, chapterTitle, tileContext } from './chapters/chapter.ts'
import { composeConclusion } from './chapters/conclusion.ts'
import { composeDefinitions } from './chapters/definitions.ts'
import { composeFindings } from './chapters/findings.ts'
import { composeMoved } from './chapters/moved.ts'
import { composeQuality } from './chapters/quality.ts'
import { composeSummary } from './chapters/summary.ts'
import { composeTiles } from './chapters/tiles.ts'
import type { Block, ReportDocument, Section } from './document.ts'

/** Milliseconds after which a question of a report is given up: nobody looks at a clock who prints. */
const patience = 900_000

/** The door: a report and the doors of a version -> all that is printed, in order. Chapters with nothing to say are left out. */
export async function composeReport(report: Report, source: string, given: PageServices): Promise<ReportDocument> {
  const services = patient(given)
  const sections: Section[] = []
  const context: ChapterContext = {
    ...{ report, services, words: services.words, before: sections },
    pages: new Map(services.pages.map((page) => [page.page, page])),
    gathered: once(async () => (await services.gatherWithin?.(patience)) ?? { answers: [], pending: [] }),
    playbook: once(() => playbookOf(context)),
  }
  // One after another: a later chapter concludes from what the earlier ones say.
  for (const chapter of report.chapters) {
    const blocks = await blocksOf(chapter, context)
    if (blocks.length === 0) continue
    const appendix = chapter.kind === 'definitions' || chapter.kind === 'quality' || chapter.kind === 'assumptions'
    sections.push({
      id: chapter.id,
      title: chapterTitle(chapter, context),
      ...(appendix && { appendix: true as const }),
      blocks,
    })
  }
  const { version, words } = services
  return {
    report: report.report,
    title: labelOf(words, `reports.${report.report}.title`, report.title),
    source,
    language: words.language,
    locale: words.locale,
    version: version.id,
    as_of: version.as_of,
    zone: version.zone,
    origin: originOf({ ...version, version: version.id }, words),
    sections,
  }
}

/** The same query of several chapters is asked once, and what a page would show as pending is waited for. */
function patient(services: PageServices): PageServices {
  const { gatherWithin } = services
  return {
    ...services,
    runQuery: memoised(services.runQuery),
    ...(gatherWithin && { gatherWithin: () => gatherWithin(patience) }),
  }
}

function once<Value>(ask: () => Promise<Value>): () => Promise<Value> {
  let answer: Promise<Value> | undefined
  return () => {
    answer ??= ask()
    return answer
  }
}

async function playbookOf(context: ChapterContext) {
  const { services, words } = context
  const rules = services.playbook ?? []
  const tile = tileContext(context)
  const checkResults = async () =>
    (await foundOf(tile)).map((each) => ({ ...each, sentence: sentenceOf(each, tile)[0] }))
  const found = evidenceOf((await context.gathered()).answers)
  return findPlaybook(rules, await readPlaybook(rules, {}, { ...services, words, checkResults }, found), words)
}

async function blocksOf(chapter: Chapter, context: ChapterContext): Promise<Block[]> {
  switch (chapter.kind) {
    case 'tiles':
      return composeTiles(chapter, context)
    case 'summary':
      return composeSummary(chapter, context)
    case 'moved':
      return composeMoved(chapter, context)
    case 'findings':
      return composeFindings(chapter, context)
    case 'actions':
      return composeActions(chapter, context)
    case 'conclusion':
      return composeConclusion(context)
    case 'quality':
      return composeQuality(context)
    case 'assumptions':
      return composeAssumptions(context)
    case 'definitions':
      return composeDefinitions(context)
  }
}
