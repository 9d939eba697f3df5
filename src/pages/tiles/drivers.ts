import { formatDuration, formatNumber } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { delayText, estimateText } from '../../insights/driver-labels.ts'
import { type Drivers, findDrivers } from '../../insights/drivers.ts'
import { drawDelaySteps } from '../charts/delay-steps.ts'
import { drawPicture } from '../charts/draw.ts'
import { drawGaps, type Gap } from '../charts/gaps.ts'
import { drawRankMatrix } from '../charts/rank-matrix.ts'
import type { TileOf } from '../spec.ts'
import type { TableCell, TableView, TileView } from '../view.ts'
import {
  chanceCell,
  columnsOf,
  countCell,
  type Head,
  headText,
  intervalCell,
  nothing,
  refusedTile,
  textCell,
  valueCell,
} from './cells.ts'
import type { TileContext, TileResolver } from './tile.ts'
import { tileTitle } from './title.ts'

/** What explains the scores; each part silent or plain where nothing is real. */
export const resolveDrivers: TileResolver<'drivers'> = async (tile, context) => {
  const { services, words, scope } = context
  if (!services.readDrivers) return null
  const head = { id: tile.id, kind: 'drivers', title: tileTitle(tile, context), width: tile.width }
  if (isNarrowed(scope)) return refused(head, say(words, 'pages.drivers.filters'))
  const answer = findDrivers(await services.readDrivers({ metric: tile.metric }), words)
  if ('refused' in answer) return tile.when_refused === 'show' ? refused(head, answer.refused) : null
  return shows[tile.show](answer, head, context)
}

/** A filter or dates: what is left would be another question, on fewer answers. */
export function isNarrowed({ where, range }: TileContext['scope']): boolean {
  return (where ?? []).length > 0 || range?.from !== undefined || range?.to !== undefined
}

export function refused(head: Head, message: string): TileView {
  return refusedTile(head, 'no-drivers', message)
}

type Show = (answer: Drivers, head: Head, context: TileContext) => Promise<TileView | null>

const shows: Record<TileOf<'drivers'>['show'], Show> = {
  snapshot: async ({ delay, scale }, head, { words, services }) => {
    if (!delay || delay.steps.length < 3) return null
    const cut = delay.threshold?.real ? delay.threshold.seconds : null
    const foot = say(words, 'pages.drivers.foot.snapshot', {
      limit: cut === null ? 'none' : formatDuration(cut, words),
    })
    const about = { title: head.title, cut, foot }
    return {
      ...head,
      state: 'ok',
      reading: delay.sentence,
      ...(await drawPicture(
        'dots',
        (width) => drawDelaySteps(delay.steps, about, words, width),
        head.width,
        head.title,
        words,
        services.pictures,
      )),
      table: {
        caption: `${head.title} (${scale.min}–${scale.max})`,
        columns: driverColumns(['delay', 'n', 'mean', 'interval'], words),
        rows: delay.steps.map(({ from, to, n, mean }) => [
          { text: delayText(from, to, words), value: from },
          countCell(n, words),
          pointsCell(mean.value, words),
          intervalCell(mean, 'score', words),
        ]),
      },
    }
  },

  importance: async ({ sentence, drivers, tried }, head, context) => {
    const { words } = context
    const shown = drivers.filter(({ effect }) => effect !== null)
    const gaps = shown.map(({ label, contrast, effect, real }): Gap => {
      const value = formatNumber(effect!.value, words, 2)
      return {
        label,
        ...effect!,
        real,
        text: `${value} · ${contrast}`,
        short: value,
        tip: `${label}, ${contrast}: ${estimateText(effect!, 'score', words)}`,
      }
    })
    return {
      ...head,
      state: 'ok',
      reading: sentence,
      ...(await gapsOf(gaps, head, say(words, 'pages.drivers.foot.dots', { tried }), context)),
      table: {
        caption: head.title,
        columns: driverColumns(['driver', 'contrast', 'effect', 'share', 'n', 'p', 'q', 'real'], words),
        rows: drivers.map(({ label, contrast, effect, share, n, p, q, real }) => [
          textCell(label),
          textCell(contrast),
          effect ? { text: estimateText(effect, 'score', words), value: effect.value } : nothing,
          share ? { text: estimateText(share, 'ratio', words), value: share.value } : nothing,
          n === null ? nothing : countCell(n, words),
          chanceCell(p, words),
          chanceCell(q, words),
          yesCell(real, words),
        ]),
      },
    }
  },

  priorities: async ({ priorities }, head, { words }) => {
    if (priorities.length === 0) return { ...head, state: 'empty', reading: say(words, 'pages.drivers.unmoved') }
    return {
      ...head,
      state: 'ok',
      table: {
        caption: head.title,
        columns: driverColumns(['driver', 'n', 'share', 'effect', 'weight'], words).map((each) =>
          each.id === 'share' ? { ...each, label: headText(say(words, 'drivers.column.share_of_answers')) } : each,
        ),
        rows: priorities.map(({ label, n, share, effect, weight }) => [
          textCell(label),
          countCell(n, words),
          valueCell(share, 'ratio', words),
          { text: estimateText(effect, 'score', words), value: effect.value },
          pointsCell(weight, words),
        ]),
      },
    }
  },

  odds: async ({ odds, findings }, head, { words }) => {
    const shown = odds.filter(({ top, bottom }) => top.real || bottom.real)
    if (shown.length === 0) return { ...head, state: 'empty', reading: say(words, 'pages.drivers.unexplained') }
    const sides = findings.filter(({ id }) => id.endsWith('.sides')).map(({ claim }) => claim)
    return {
      ...head,
      state: 'ok',
      reading: sides.join(' ') || say(words, 'pages.drivers.mirror'),
      table: {
        caption: head.title,
        columns: driverColumns(['driver', 'contrast', 'n', 'top', 'bottom', 'sides'], words),
        rows: shown.map(({ label, contrast, n, top, bottom, symmetric }) => [
          textCell(label),
          textCell(contrast),
          countCell(n, words),
          { text: estimateText(top.odds, 'number', words), value: top.odds.value },
          { text: estimateText(bottom.odds, 'number', words), value: bottom.odds.value },
          chanceCell(symmetric.p, words),
        ]),
      },
    }
  },

  segments: async ({ segments, findings, tried }, head, context) => {
    const { words } = context
    const real = segments.filter((each) => each.real)
    if (segments.length === 0) return null
    if (real.length === 0) return { ...head, state: 'empty', reading: say(words, 'pages.drivers.alike') }
    const gaps = real.flatMap(({ label, effects }) =>
      effects.map(({ label: segment, effect }): Gap => {
        const value = formatNumber(effect.value, words, 2)
        const name = real.length > 1 ? say(words, 'drivers.labelled', { label, value: segment }) : segment
        return {
          label: name,
          ...effect,
          real: effect.low > 0 || effect.high < 0,
          text: value,
          short: value,
          tip: `${name}: ${estimateText(effect, 'score', words)}`,
        }
      }),
    )
    return {
      ...head,
      state: 'ok',
      reading: findings
        .filter(({ id }) => id.endsWith('.by_segment'))
        .map(({ claim }) => claim)
        .join(' '),
      ...(await gapsOf(gaps, head, say(words, 'pages.drivers.foot.dots', { tried }), context)),
      table: {
        caption: head.title,
        columns: driverColumns(['driver', 'segment', 'effect', 'n'], words),
        rows: real.flatMap(({ label, effects }) =>
          effects.map(({ label: segment, n, effect }) => [
            textCell(label),
            textCell(segment),
            { text: estimateText(effect, 'score', words), value: effect.value },
            countCell(n, words),
          ]),
        ),
      },
    }
  },

  matrix: async ({ cells, tried }, head, { words, services }) => {
    if (cells.length === 0) return null
    const about = { title: head.title, foot: say(words, 'pages.drivers.foot.matrix', { tried }) }
    return {
      ...head,
      state: 'ok',
      ...(cells.every(({ real }) => !real) && { reading: say(words, 'pages.drivers.unranked') }),
      ...(await drawPicture(
        'heat',
        (width) => drawRankMatrix(cells, about, words, width),
        head.width,
        head.title,
        words,
        services.pictures,
      )),
      table: {
        caption: head.title,
        columns: driverColumns(['driver', 'by', 'rho', 'interval', 'n', 'p', 'q', 'real'], words),
        rows: cells.map(({ label, column, rho, n, p, q, real, ...interval }) => [
          textCell(label),
          textCell(column),
          pointsCell(rho, words),
          intervalCell(interval, 'score', words),
          countCell(n, words),
          chanceCell(p, words),
          chanceCell(q, words),
          yesCell(real, words),
        ]),
      },
    }
  },
}

/** Effects about a line at zero; a foot of their own. */
export async function gapsOf(
  gaps: Gap[],
  head: Head,
  foot: string,
  { words, services }: TileContext,
): Promise<Pick<TileView, 'figure' | 'foot'>> {
  if (gaps.length === 0) return {}
  const drawn = await drawPicture(
    'gaps',
    (width) => drawGaps(gaps, { label: head.title, unit: 'score' }, { words, width }),
    head.width,
    head.title,
    words,
    services.pictures,
  )
  return { ...drawn, foot }
}

const named = new Set(['driver', 'contrast', 'segment', 'delay', 'by', 'real', 'signal'])

export function driverColumns(ids: string[], words: Words): TableView['columns'] {
  return columnsOf(ids, 'drivers.column', words, { named })
}

function yesCell(real: boolean, words: Words): TableCell {
  return textCell(say(words, real ? 'drivers.yes' : 'drivers.no'))
}

/** A sign is the column's, a digit the reader's: all scores have two. */
export function pointsCell(value: number, words: Words): TableCell {
  return valueCell(value, 'score', words)
}
