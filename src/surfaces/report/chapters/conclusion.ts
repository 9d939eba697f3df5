import { formatValue } from '../../../config/format.ts'
import { say, type Words } from '../../../config/words.ts'
import type { MetricCard, MetricCell } from '../../../metrics/frame.ts'
import { listed } from '../../../metrics/needs.ts'
import { foundOf } from '../../../pages/tiles/findings.ts'
import { standingOf } from '../../../pages/tiles/target.ts'
import { totalOf } from '../../../pages/tiles/tile.ts'
import type { Block } from '../document.ts'
import { firstActions } from './actions.ts'
import { type ChapterContext, quoted, tileContext } from './chapter.ts'
import { findingsOf, questionTitle, unaskedKinds } from './findings.ts'
import { asksPromise } from './promises.ts'
import { surestOf } from './summary.ts'
import { metricsOf } from './used.ts'

interface Standing {
  card: MetricCard
  cell: MetricCell
  standing: 'met' | 'missed' | 'unclear'
}

const most = 3

/** The level of service, what is real, what is not known, and where to begin: each said before with its evidence, and no more than that. */
export async function composeConclusion(context: ChapterContext): Promise<Block[]> {
  if (context.before.length === 0) return []
  const { words } = context
  const actions = firstActions(await context.playbook(), most)
  return [
    await levelOf(context),
    ...(await realOf(context)),
    ...(await unknownOf(context)),
    ...(actions.length > 0
      ? [{ kind: 'paragraph' as const, text: say(words, 'report.conclusion.begin') }, ...actions]
      : [{ kind: 'paragraph' as const, text: say(words, 'pages.actions.none') }]),
  ]
}

/** Where the numbers stand against their targets; without any target nobody can say whether they are good. */
async function levelOf(context: ChapterContext): Promise<Block> {
  const { words } = context
  const standings = await standingsOf(context)
  const text = (standing: Standing['standing']): string[] => {
    const own = standings.filter((each) => each.standing === standing)
    if (own.length === 0) return []
    return [say(words, `report.conclusion.${standing}`, { count: own.length, numbers: numbersText(own, words) })]
  }
  if (standings.length === 0) return (await promisesOf(context)) ?? untargeted(words)
  return {
    kind: 'paragraph',
    text: [...text('missed'), ...text('met'), ...text('unclear')].join(' '),
    source: { queries: standings.map(({ card }) => ({ metrics: [card.id] })) },
  }
}

function untargeted(words: Words): Block {
  return { kind: 'paragraph', text: say(words, 'report.conclusion.untargeted') }
}

/** Without targets, how much of what was promised was kept: that somebody promised it is a measure of its own. */
async function promisesOf({ before, services, words }: ChapterContext): Promise<Block | null> {
  const ids = metricsOf(before).filter((id) => {
    const metric = services.catalogue.metrics.get(id)
    return metric?.measure.kind === 'ratio' && metric.variant === '' && asksPromise(metric)
  })
  const frames = await Promise.all(ids.map((id) => services.runQuery({ metrics: [id] })))
  const kept = frames.flatMap((frame, index) => {
    const card = frame.metrics[ids[index]!]
    const { value } = totalOf(frame, ids[index]!)
    return card && value !== null
      ? [{ id: card.id, text: `${card.label} ${formatValue(value, card.unit, words)}` }]
      : []
  })
  if (kept.length === 0) return null
  return {
    kind: 'paragraph',
    text: say(words, 'report.conclusion.promised', {
      numbers: listed(
        kept.map(({ text }) => text),
        words,
      ),
    }),
    source: { queries: kept.map(({ id }) => ({ metrics: [id] })) },
  }
}

/** Of the metrics that the report has shown and that have a target for all of their rows. */
async function standingsOf({ before, services }: ChapterContext): Promise<Standing[]> {
  const ids = metricsOf(before).filter((id) => services.catalogue.metrics.has(id))
  const frames = await Promise.all(ids.map((id) => services.runQuery({ metrics: [id] })))
  return frames.flatMap((frame, index) => {
    const card = frame.metrics[ids[index]!]
    const cell = totalOf(frame, ids[index]!)
    const standing = card && standingOf(card, cell)
    return card && standing ? [{ card, cell, standing }] : []
  })
}

/** `satisfaction score 3.27 for a target of 4.00`. */
function numbersText(standings: Standing[], words: Words): string {
  return listed(
    standings.map(({ card, cell }) =>
      say(words, 'report.conclusion.number', {
        metric: card.label,
        value: formatValue(cell.value, card.unit, words),
        target: formatValue(card.target!.value, card.unit, words),
      }),
    ),
    words,
  )
}

async function realOf(context: ChapterContext): Promise<Block[]> {
  const { words } = context
  const { answers } = await context.gathered()
  if (answers.length === 0) return []
  const findings = findingsOf(answers)
  if (findings.length === 0) return [{ kind: 'paragraph', text: say(words, 'report.conclusion.nothing') }]
  const surest = surestOf(findings).slice(0, most)
  return [
    {
      kind: 'paragraph',
      text: [say(words, 'report.conclusion.real'), ...surest.map(({ claim }) => claim)].join(' '),
      source: { findings: surest.map(({ id }) => id) },
    },
  ]
}

/** What could not be asked, and what of the data cannot be trusted. */
async function unknownOf(context: ChapterContext): Promise<Block[]> {
  const { words } = context
  const names = unaskedKinds((await context.gathered()).answers).map((kind) => questionTitle(kind, words))
  const wrong = (await foundOf(tileContext(context))).filter(({ severity }) => severity === 'error')
  return [
    ...(names.length > 0
      ? [{ kind: 'paragraph' as const, text: say(words, 'report.conclusion.unknown', { names: quoted(names, words) }) }]
      : []),
    ...(wrong.length > 0
      ? [
          {
            kind: 'paragraph' as const,
            text: say(words, 'report.conclusion.wrong', { count: wrong.length }),
            source: { facts: 'checks' as const },
          },
        ]
      : []),
  ]
}
