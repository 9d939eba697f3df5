import { say, type Words } from '../../../config/words.ts'
import type { Playbook, Recommendation, Silent } from '../../../insights/playbook.ts'
import type { Concern } from '../../../insights/playbook-rule.ts'
import type { ChapterOf } from '../../../pages/report-spec.ts'
import type { Block } from '../document.ts'
import type { ChapterContext } from './chapter.ts'

type About = ChapterOf<'actions'>['about']

/** What the playbook recommends, the most worth doing first, and what it would recommend if the data spoke for it. */
export async function composeActions(
  { about, limit }: ChapterOf<'actions'>,
  context: ChapterContext,
): Promise<Block[]> {
  return recommendationBlocks(await context.playbook(), limit, about, context)
}

export function recommendationBlocks(
  { recommendations, silent, order }: Playbook,
  limit: number,
  about: About,
  { words }: ChapterContext,
): Block[] {
  const own = recommendations.filter(({ concern }) => isAbout(concern, about))
  const quiet = silent.filter(({ concern }) => isAbout(concern, about))
  const shown = own.slice(0, limit)
  const opening: Block = {
    kind: 'paragraph',
    text: say(words, 'report.actions.opening', { count: shown.length, more: own.length - shown.length }),
    source: { findings: own.map(({ id }) => id) },
  }
  return [
    opening,
    ...shown.map((each, index) => recommendation(each, index + 1, words)),
    ...(shown.length > 1 ? [{ kind: 'paragraph' as const, text: order, tone: 'quiet' as const }] : []),
    ...silentBlocks(quiet, words),
  ]
}

function isAbout(concern: Concern, about: About): boolean {
  return about === 'all' || (about === 'data') === (concern === 'data')
}

function recommendation(each: Recommendation, number: number, words: Words): Block {
  const part = (id: string, text: string) => ({ label: say(words, `pages.actions.part.${id}`), text })
  const { effect, effort, check } = each
  return {
    ...{ kind: 'recommendation', number, do: each.do, source: sourceOf(each) },
    parts: [
      part('evidence', shortened(each.evidence, words)),
      ...(each.concerned.length > 0 ? [part('concerned', each.concerned.join(', '))] : []),
      part('effect', effect.estimable ? effect.text : `${say(words, 'pages.actions.unestimable')} ${effect.text}`),
      part('effort', `${say(words, `pages.actions.effort.${effort.size}`)} ${effort.because}`),
      part('check', check.text),
    ],
  }
}

function sourceOf({ id, way, check }: Recommendation): Block['source'] {
  return {
    finding: id,
    queries: [...(way?.kind === 'query' ? [way.query] : []), { metrics: [check.metric] }],
    ...(way?.kind === 'rows' && { rows: way.rows }),
  }
}

/** Looked at and not recommended: what has no evidence is as much an answer as what has. */
function silentBlocks(silent: Silent[], words: Words): Block[] {
  return (['noise', 'lacks'] as const).flatMap((because): Block[] => {
    const own = silent.filter((each) => each.because === because)
    if (own.length === 0) return []
    return [
      { kind: 'heading', text: say(words, `report.actions.silent.${because}`) },
      {
        kind: 'list',
        items: own.map((each) => `${each.do} ${wholeSentences(each.sentence, 300)}`),
        source: { findings: own.map(({ id }) => id) },
      },
    ]
  })
}

/** The first few in a line each: what to do, and what it would bring or why. */
export function firstActions({ recommendations }: Playbook, count: number): Block[] {
  const first = recommendations.slice(0, count)
  if (first.length === 0) return []
  return [
    {
      kind: 'list',
      items: first.map(
        (each) => `${each.do} ${each.effect.estimable ? each.effect.text : firstSentence(each.evidence)}`,
      ),
      numbered: true,
      source: { findings: first.map(({ id }) => id) },
    },
  ]
}

/** Characters of evidence that are read as one paragraph. */
const readable = 420

/** The others stand with the findings that they come from. */
function shortened(evidence: string, words: Words): string {
  const text = wholeSentences(evidence, readable)
  return text === evidence ? text : `${text} ${say(words, 'report.actions.rest')}`
}

/** The first sentences, as many as have room, and one at least. */
function wholeSentences(text: string, room: number): string {
  const sentences = text.split(/(?<=[.!?]) (?=\p{Lu})/u)
  let shown = 1
  while (shown < sentences.length && sentences.slice(0, shown + 1).join(' ').length <= room) shown++
  return sentences.slice(0, shown).join(' ')
}

function firstSentence(text: string): string {
  const [first = text] = /^.*?[.!?](?=\s\p{Lu}|$)/u.exec(text) ?? [text]
  return first
}
