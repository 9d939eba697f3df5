import { say, type Words } from '../../../config/words.ts'
import type { Finding, FindingKind } from '../../../insights/finding.ts'
import type { Answer, Gathered } from '../../../insights/gather.ts'
import { saidSure } from '../../../insights/said-sure.ts'
import { fieldLabel, listed } from '../../../metrics/needs.ts'
import type { ChapterOf } from '../../../pages/report-spec.ts'
import type { Block, Source } from '../document.ts'
import { type ChapterContext, quoted } from './chapter.ts'

/** What is real, question by question; what was asked and is not; what could not be asked, and what would let us. */
export async function composeFindings({ limit }: ChapterOf<'findings'>, context: ChapterContext): Promise<Block[]> {
  return gatheredBlocks(await context.gathered(), limit, context)
}

export function gatheredBlocks({ answers, pending }: Gathered, limit: number, { words }: ChapterContext): Block[] {
  if (answers.length === 0) return []
  const kinds = [...new Set(answers.map(({ kind }) => kind))]
  const found = findingsOf(answers)
  const source: Source = { findings: found.map(({ id }) => id) }
  const text = say(words, 'say.insights.found', {
    count: found.length,
    questions: new Set(found.map(({ kind }) => kind)).size,
  })
  return [
    {
      ...{ kind: 'paragraph', source },
      text: found.length > 0 ? `${text} ${say(words, 'report.findings.cause')}` : text,
    },
    ...kinds.flatMap((kind) =>
      questionBlocks(
        kind,
        found.filter((each) => each.kind === kind),
        limit,
        words,
      ),
    ),
    ...silentBlocks(answers, words),
    ...unansweredBlocks(answers, words),
    ...(pending.length > 0
      ? [{ kind: 'paragraph' as const, text: say(words, 'report.findings.late', { names: titles(pending, words) }) }]
      : []),
  ]
}

/** Every finding once, the questions in their order, the most certain of each first. */
export function findingsOf(answers: readonly Answer[]): Finding[] {
  return [...new Map(answers.flatMap(({ findings }) => findings.map((each) => [each.id, each] as const))).values()]
}

export function questionTitle(kind: FindingKind, words: Words): string {
  return say(words, `say.insights.kind.${kind}`)
}

function titles(kinds: readonly FindingKind[], words: Words): string {
  return quoted(
    [...new Set(kinds)].map((kind) => questionTitle(kind, words)),
    words,
  )
}

function questionBlocks(kind: FindingKind, findings: Finding[], limit: number, words: Words): Block[] {
  if (findings.length === 0) return []
  const shown = findings.slice(0, limit)
  // What holds of all of them is said once, behind them.
  const alike =
    shown.length > 1 ? shown[0]!.limits.filter((each) => shown.every(({ limits }) => limits.includes(each))) : []
  const more = findings.length - shown.length
  const source: Source = { findings: findings.map(({ id }) => id) }
  return [
    { kind: 'heading', text: questionTitle(kind, words) },
    ...shown.map((each) => findingBlock(each, alike, words)),
    ...(alike.length > 0
      ? [
          { kind: 'paragraph' as const, tone: 'quiet' as const, text: say(words, 'report.findings.limits') },
          { kind: 'list' as const, items: alike, source },
        ]
      : []),
    ...(more > 0
      ? [
          {
            ...{ kind: 'paragraph' as const, tone: 'quiet' as const, source },
            text: say(words, 'report.findings.more', { count: more }),
          },
        ]
      : []),
  ]
}

function findingBlock(finding: Finding, alike: string[], words: Words): Block {
  const { id, claim, evidence, confidence, limits } = finding
  return {
    ...{ kind: 'finding', claim, evidence, sure: saidSure(confidence, words) },
    limits: limits.filter((each) => !alike.includes(each)),
    source: findingSource(id, finding),
  }
}

export function findingSource(id: string, { check }: Finding): Source {
  if (!check) return { finding: id }
  return 'metrics' in check ? { finding: id, queries: [check] } : { finding: id, rows: check }
}

/** Asked, and nothing is real: in one sentence. */
function silentBlocks(answers: readonly Answer[], words: Words): Block[] {
  const silent = silentKinds(answers)
  if (silent.length === 0) return []
  return [
    { kind: 'heading', text: say(words, 'report.findings.silent') },
    {
      kind: 'paragraph',
      text: say(words, 'report.findings.none', { count: silent.length, names: titles(silent, words) }),
    },
  ]
}

/** Questions that were asked and have no finding at all, although they could have. */
export function silentKinds(answers: readonly Answer[]): FindingKind[] {
  const found = new Set(findingsOf(answers).map(({ kind }) => kind))
  return [...new Set(answers.filter(({ kind, refused }) => !refused && !found.has(kind)).map(({ kind }) => kind))]
}

/** Questions that these data cannot answer, each with its reason and the fields that would help. */
function unansweredBlocks(answers: readonly Answer[], words: Words): Block[] {
  const refused = refusedAnswers(answers)
  if (refused.length === 0) return []
  return [
    { kind: 'heading', text: say(words, 'report.findings.unanswered') },
    {
      kind: 'list',
      items: refused.map(({ kind, refused }) => {
        const { refused: why, missing } = refused!
        const fields = listed([...new Set(missing.map((each) => fieldLabel(each, words)))], words)
        const help = missing.length > 0 ? say(words, 'say.insights.fields', { fields }) : ''
        return [say(words, 'report.line', { label: questionTitle(kind, words), text: why }), help]
          .filter(Boolean)
          .join(' ')
      }),
      source: { findings: [] },
    },
  ]
}

/** One of each question and reason: a question that has findings of another side is answered. */
export function refusedAnswers(answers: readonly Answer[]): Answer[] {
  const found = new Set(findingsOf(answers).map(({ kind }) => kind))
  const all = answers.filter(({ kind, refused }) => refused && !found.has(kind))
  return [...new Map(all.map((each) => [`${each.kind} ${each.refused?.refused}`, each])).values()]
}

/** Questions that could not be asked in any way. */
export function unaskedKinds(answers: readonly Answer[]): FindingKind[] {
  const asked = new Set(answers.filter(({ refused }) => !refused).map(({ kind }) => kind))
  return [...new Set(answers.map(({ kind }) => kind))].filter((kind) => !asked.has(kind))
}
