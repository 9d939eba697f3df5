import { formatNumber, formatShort, formatTight } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { fewest } from '../../metrics/family.ts'
import type { MetricUnit } from '../../metrics/frame.ts'
import { type Atlas, atlases, atlasOf } from './atlas.ts'
import type { Chart, ChartInput, Option } from './chart.ts'
import { dimensionOf, fitNames, isSize, metricOf, oneLine, type Point, pointsOf, tipOf } from './points.ts'
import { base, colour, nameText, noOutline, quiet, shapeSeries, textSeries, tickText, valueText } from './style.ts'

const steps = 6
/** Values listed below the map because it does not show them; the table has all. */
const mostListed = 12
const legendLine = 26
const highest = 470
/** Quiet lines between regions that have no value. */
const border = 'var(--hatch)'
/** ECharts scales symbols and patterns with them; `cleanSvg` draws this one for each drawing. */
const fewHatch = 'url(#few)'
const rowHeight = 26
const noteHeight = 22

/**
 * A value for each country of Europe or state of the United States, one hue, darker for more; its number stands in it where it fits, else
 * below. What is not on the map is listed there as well, and groups too small to compare are hatched.
 */
export const map: Chart = {
  name: 'map',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const points = pointsOf(
      frame,
      dimensionOf(frame, input.encode.category),
      metric.id,
      words,
      input.dimensions,
    ).filter((each) => each.cell.value !== null)
    const keys = points.map(({ key }) => key)
    const atlas = atlasOf(keys, input.encode.places) ?? atlases.europe
    const { placed, others } = byRegion(points, atlas)
    const shade = shadeOf([...placed.values()], input, metric.id, metric.unit)
    const pixels = Math.min(width / atlas.width, highest / atlas.height)
    const height = Math.round(pixels * atlas.height)
    const listed = others.slice(0, mostListed)
    const small = smallIn(atlas, placed, pixels, metric.unit, input)
    const few = points.some((each) => isFew(each, metric.unit))
    const legend = legendOf(shade, few, metric.unit, input)
    const note = notesOf(small, legend.height, metric.unit, input)
    const below = legend.height + note.height + listed.length * rowHeight
    return {
      option: base({
        grid: { left: 0, right: 0, top: height + 8, bottom: 0, containLabel: false },
        xAxis: { type: 'value', min: 0, max: width, show: false },
        yAxis: { type: 'value', min: 0, max: below, inverse: true, show: false },
        series: [
          regionsOf(atlas, placed, shade, pixels, metric.unit, input),
          ...legend.series,
          ...note.series,
          ...listOf(listed, legend.height + note.height, metric.unit, input),
        ],
      }),
      height: height + 8 + below,
      label: labelOf(points, atlas, others.length, metric.label, metric.unit, input),
      foot: footOf(shade.flat, atlas, others, listed.length, metric.unit, input),
    }
  },
}

/** The first value of a region is drawn; a second word for the same one is listed, not merged: that would need its rows. */
function byRegion(points: Point[], atlas: Atlas): { placed: Map<string, Point>; others: Point[] } {
  const placed = new Map<string, Point>()
  const others: Point[] = []
  for (const point of points) {
    const region = atlas.regionOf(point.key) ?? atlas.regionOf(point.label)
    if (region && !placed.has(region.code)) placed.set(region.code, point)
    else others.push(point)
  }
  return { placed, others }
}

function isFew({ cell }: Point, unit: MetricUnit): boolean {
  return unit !== 'count' && cell.n !== undefined && cell.n < fewest
}

interface Shade {
  low: number
  high: number
  /** Shades of means and rates would draw a pattern where the test finds none. */
  flat: boolean
  of(point: Point): number
}

function shadeOf(points: Point[], { frame }: ChartInput, metric: string, unit: MetricUnit): Shade {
  const verdicts = frame.verdicts.filter((each) => each.metric === metric)
  const flat = !isSize(frame, metric) && verdicts.length > 0 && verdicts.every((each) => each.real !== true)
  const enough = points.filter((each) => !isFew(each, unit)).flatMap(({ cell }) => cell.value ?? [])
  const [low, high] = [Math.min(...enough), Math.max(...enough)]
  return {
    low,
    high,
    flat: flat || !(high > low),
    of({ cell }) {
      if (this.flat || cell.value === null) return 2
      return 1 + Math.min(steps - 1, Math.max(0, Math.floor(((cell.value - low) / (high - low)) * steps)))
    },
  }
}

function regionsOf(
  atlas: Atlas,
  placed: Map<string, Point>,
  shade: Shade,
  pixels: number,
  unit: MetricUnit,
  input: ChartInput,
): Option {
  const { words } = input
  return {
    type: 'map',
    map: atlas.name,
    left: 0,
    top: 0,
    right: 0,
    height: Math.round(pixels * atlas.height),
    preserveAspect: 'contain',
    aspectScale: 1,
    ...quiet,
    select: { disabled: true },
    selectedMode: false,
    itemStyle: { areaColor: colour.panel, borderColor: border, borderWidth: 0.7 },
    label: { show: false, fontSize: 11.5, fontFamily: 'inherit', ...noOutline },
    data: atlas.regions.flatMap(({ code, room }) => {
      const point = placed.get(code)
      if (!point) return []
      const few = isFew(point, unit)
      const text = formatTight(point.cell.value, unit, words)
      const fits = hasRoom(text, room, pixels)
      return {
        name: code,
        value: point.cell.value,
        filter: point.filter,
        tip: tipOf(point, unit, words),
        itemStyle: {
          areaColor: few ? fewHatch : `var(--heat-${shade.of(point)})`,
          borderColor: colour.mark,
          borderWidth: 0.8,
        },
        label: { show: fits, formatter: text, color: few ? colour.ink : `var(--on-heat-${shade.of(point)})` },
      }
    }),
  }
}

/** Steps of the hue between the lowest and the highest value, and what hatching means: beside them, or where it is narrow below. */
function legendOf(
  shade: Shade,
  few: boolean,
  unit: MetricUnit,
  { words, width }: ChartInput,
): { series: Option[]; height: number } {
  const [low = '', high = ''] = [shade.low, shade.high].map((each) => formatShort(each, unit, words))
  const start = 12 + low.length * 6.6
  const hues = Array.from({ length: shade.flat ? 0 : steps }, (_, at) => ({
    x: start + 10 + at * 22,
    fill: `var(--heat-${at + 1})`,
    text: at === 0 ? low : at === steps - 1 ? high : '',
    side: at === 0 ? 'left' : 'right',
  }))
  const note = { x: 0, fill: fewHatch, text: say(words, 'pages.map.few', { fewest }), side: 'right' }
  const beside = start + steps * 22 + high.length * 6.6 + 60
  const stacked = hues.length > 0 && beside + note.text.length * 6.6 > width
  const marks = hues.map((each) => ({ ...each, y: 8 }))
  if (few) marks.push({ ...note, x: hues.length === 0 || stacked ? 11 : beside, y: stacked ? 8 + legendLine : 8 })
  if (marks.length === 0) return { series: [], height: 0 }
  return { series: [swatches(marks)], height: legendLine * (few && stacked ? 2 : 1) + 6 }
}

/** Thick lines, since a symbol would scale the pattern that it is filled with; each on a slightly larger one, its border. */
function swatches(marks: { x: number; y: number; fill: string; text: string; side: string }[]): Option {
  const line = (x: number, y: number, half: number, style: Option): Option[] => [
    { coord: [x - half, y], lineStyle: style },
    { coord: [x + half, y] },
  ]
  return {
    type: 'scatter',
    symbolSize: [20, 12],
    silent: true,
    itemStyle: { color: 'none', opacity: 1 },
    ...quiet,
    data: marks.map(({ x, y, text, side }) => ({
      value: [x, y],
      label: { show: text !== '', formatter: text, position: side, distance: 6, ...tickText, ...noOutline },
    })),
    markLine: {
      precision: 12,
      silent: true,
      symbol: 'none',
      animation: false,
      label: { show: false },
      lineStyle: { type: 'solid', cap: 'butt', opacity: 1 },
      data: marks.flatMap(({ x, y, fill }) => [
        line(x, y, 11, { color: border, width: 14 }),
        line(x, y, 10.3, { color: fill === fewHatch ? colour.panel : fill, width: 12.6 }),
        ...(fill === fewHatch ? [line(x, y, 10.3, { color: fill, width: 12.6 })] : []),
      ]),
    },
  }
}

function hasRoom(text: string, room: number, pixels: number): boolean {
  return text.length * 6.4 + 4 <= room * pixels
}

/** Regions that are on the map, but too small for their number. */
function smallIn(
  atlas: Atlas,
  placed: Map<string, Point>,
  pixels: number,
  unit: MetricUnit,
  { words }: ChartInput,
): Point[] {
  return atlas.regions.flatMap(({ code, room }) => {
    const point = placed.get(code)
    return point && !hasRoom(formatTight(point.cell.value, unit, words), room, pixels) ? [point] : []
  })
}

/** Their names and numbers in columns below the map, each a place to click like the region itself. */
function notesOf(
  points: Point[],
  from: number,
  unit: MetricUnit,
  { words, width }: ChartInput,
): { series: Option[]; height: number } {
  if (points.length === 0) return { series: [], height: 0 }
  const numbers = points.map(({ cell }) => formatTight(cell.value, unit, words))
  const room = Math.max(...numbers.map((each) => each.length)) * 6.8
  const { names, width: left } = fitNames(
    points.map(({ label }) => label),
    Math.min(180, width - room - 20),
  )
  const column = left + room + 26
  const across = Math.max(1, Math.floor((width + 14) / column))
  const down = Math.ceil(points.length / across)
  const at = (index: number): [number, number] => [
    Math.floor(index / down) * column,
    from + ((index % down) + 0.5) * noteHeight,
  ]
  const half = noteHeight / 2
  return {
    series: [
      shapeSeries(
        'box',
        points.map((point, i) => {
          const [x, y] = at(i)
          return {
            value: [x, x + column - 8, y - half, y + half],
            color: colour.hit,
            filter: point.filter,
            tip: tipOf(point, unit, words),
          }
        }),
      ),
      textSeries(
        points.flatMap((_, i) => {
          const [x, y] = at(i)
          return [
            { at: [x - 6, y], text: names[i] ?? '', style: tickText },
            { at: [x + left, y], text: numbers[i] ?? '', style: { ...tickText, color: colour.ink, fontWeight: 560 } },
          ]
        }),
      ),
    ],
    height: down * noteHeight + 8,
  }
}

/** What the map cannot show, a line each: named, with its value, and a place to click like any country. */
function listOf(points: Point[], from: number, unit: MetricUnit, { words, width }: ChartInput): Option[] {
  if (points.length === 0) return []
  const y = (index: number): number => from + (index + 0.5) * rowHeight
  const { names, width: left } = fitNames(
    // In a label `{c}` would be read as a template.
    points.map((each) => oneLine(each.label).replaceAll('{', '{\u200b')),
    width * 0.6,
  )
  const column = (x: number, texts: string[], style: Option): Option => ({
    type: 'scatter',
    symbolSize: 1,
    silent: true,
    itemStyle: { color: 'none', opacity: 1 },
    ...quiet,
    data: texts.map((text, index) => ({
      value: [x, y(index)],
      label: { show: true, formatter: text, position: 'right', distance: 0, ...style, ...noOutline },
    })),
  })
  return [
    {
      type: 'scatter',
      symbol: 'rect',
      symbolSize: [width, rowHeight],
      itemStyle: { color: colour.hit, opacity: 1 },
      ...quiet,
      data: points.map((each, index) => ({
        value: [width / 2, y(index)],
        filter: each.filter,
        tip: tipOf(each, unit, words),
      })),
    },
    column(0, names, nameText),
    column(
      left + 16,
      points.map(({ cell }) => {
        const value = formatShort(cell.value, unit, words)
        return unit === 'count' || cell.n === undefined
          ? value
          : `${value} · ${say(words, 'pages.n', { n: formatNumber(cell.n, words) })}`
      }),
      valueText,
    ),
  ]
}

function labelOf(
  points: Point[],
  atlas: Atlas,
  others: number,
  metric: string,
  unit: MetricUnit,
  { words }: ChartInput,
): string {
  const sorted = points.toSorted((a, b) => (b.cell.value ?? 0) - (a.cell.value ?? 0))
  const [high, low] = [sorted[0], sorted.at(-1)]
  if (!high || !low) return metric
  return say(words, 'pages.map.says', {
    metric,
    places: atlas.name,
    count: points.length,
    others,
    high: tipOf(high, unit, words),
    low: tipOf(low, unit, words),
  })
}

function footOf(
  flat: boolean,
  atlas: Atlas,
  others: Point[],
  listed: number,
  unit: MetricUnit,
  { words }: ChartInput,
): string {
  const foot = say(words, flat ? 'pages.foot.map-flat' : 'pages.foot.map', {
    others: others.length,
    places: atlas.name,
  })
  if (others.length <= listed) return foot
  const more = say(words, 'pages.foot.map-more', { left: others.length - listed })
  // A sum is only said where values are counts: means of what is left out have none.
  const rest = others.slice(listed).reduce((sum, { cell }) => sum + (cell.value ?? 0), 0)
  return unit === 'count'
    ? `${foot}. ${more} ${say(words, 'pages.foot.map-rest', { count: rest })}`
    : `${foot}. ${more}`
}
