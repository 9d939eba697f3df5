import { addDays } from '../../calendar.ts'
import { formatDate, formatNumber, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { Segment } from '../../insights/segment-service.ts'
import type { Segments } from '../../insights/segments.ts'
import { bands, rhythms, type ValueFrequency } from '../../insights/value-frequency.ts'
import type { ChartDrawing } from './chart.ts'
import { type MatrixCell, matrix } from './matrix.ts'
import { wrapNames } from './points.ts'

/** Darkest step of the hue; the middle one is the mean of all. */
const darkest = 6
const middle = 3
/** Measures that are drawn: those in which some segment is farthest from the others. */
const mostMeasures = 10

/** Mean of each measure (down) for each segment (across), darker where it is higher than among all. */
export function drawSegments(
  segments: Segment[],
  { scales, window }: Segments,
  words: Words,
  width: number,
): ChartDrawing {
  const shown = segments.filter(({ apart }) => apart.length > 0)
  const zOf = (at: number, feature: string) => shown[at]!.apart.find((each) => each.feature === feature)?.z ?? 0
  const farthest = (feature: string) => Math.max(...shown.map((_, at) => Math.abs(zOf(at, feature))))
  const measures = scales
    .map(({ feature }) => feature)
    .toSorted((a, b) => farthest(b.id) - farthest(a.id))
    .slice(0, mostMeasures)
  const names = wrapNames(
    measures.map(({ id }) => say(words, `features.${id}`)),
    width * 0.3,
  )
  const room = (width - names.width - 14) / Math.max(1, shown.length)
  const heads = wrapNames(
    shown.map(({ name }) => name),
    (room - 4) * 1.1,
    4,
  )
  const columns = shown.map((segment, at): MatrixCell[] =>
    measures.map(({ id, unit }) => {
      const { mean } = segment.profile[id]!
      const z = zOf(at, id)
      const text = formatValue(mean, unit, words)
      return {
        text,
        shade: Math.max(0, Math.min(darkest, middle + Math.round(2 * z))),
        tip: say(words, 'pages.segments.tip', {
          segment: segment.name,
          feature: say(words, `features.${id}`),
          mean: text,
          z: formatNumber(z, words, 1),
        }),
      }
    }),
  )
  return {
    option: matrix(names.names, heads.names, names.width, columns),
    height: measures.length * 34 + 20 + heads.lines * 14,
    label: say(words, 'pages.segments.label.profile', { measures: measures.length, groups: shown.length }),
    foot: say(words, 'pages.segments.foot.profile', {
      from: formatDate(window.from, words),
      to: formatDate(addDays(window.before, -1), words),
    }),
  }
}

/** Customers and their share of revenue by value (down) and contacts (across). */
export function drawValue({ cells, revenue }: ValueFrequency, words: Words, width: number): ChartDrawing {
  const rows = bands.toReversed()
  const names = wrapNames(
    rows.map((each) => say(words, `say.segments.value.${each}`)),
    width * 0.3,
  )
  const room = (width - names.width - 14) / rhythms.length
  const heads = wrapNames(
    rhythms.map((each) => say(words, `say.segments.contacts.${each}`)),
    (room - 4) * 1.1,
    3,
  )
  const columns = rhythms.map((contacts): MatrixCell[] =>
    rows.map((value) => {
      const cell = cells.find((each) => each.value === value && each.contacts === contacts)
      if (!cell) return { text: '', shade: 0, blank: true }
      const share = revenue > 0 ? cell.revenue / revenue : 0
      return {
        text: `${formatNumber(cell.customers, words)} · ${formatValue(share, 'ratio', words)}`,
        shade: Math.max(1, Math.min(darkest, Math.ceil(share * 2 * darkest))),
      }
    }),
  )
  return {
    option: matrix(names.names, heads.names, names.width, columns),
    height: rows.length * 40 + 20 + heads.lines * 14,
    label: say(words, 'pages.segments.label.value'),
    foot: '',
  }
}
