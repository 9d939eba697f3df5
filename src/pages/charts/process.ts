import { formatDuration, formatNumber, formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { ProcessEdge, ProcessMap, ProcessStep } from '../../insights/process.ts'
import type { ChartDrawing } from './chart.ts'
import { type Layering, layered } from './layers.ts'
import { fitNames, oneLine } from './points.ts'
import {
  base,
  canvas,
  colour,
  type Item,
  nameText,
  onPanel,
  shapeSeries,
  type Text,
  textSeries,
  tickText,
} from './style.ts'

/** Transitions that a reader can follow, on a desk and on a phone. */
const most = { wide: 20, narrow: 10 }
const boxHeight = 42
const between = 66
const head = 7
const margin = 6

/** Part of the cases from which on a step is marked as one where they begin or end. */
const many = 0.05

/** A process that cases should follow: which transitions it has, and its name. */
export interface Against {
  title: string
  has(edge: ProcessEdge): boolean
}

/**
 * The process as a map: steps as boxes, in layers from the top, and what follows what as arrows. The arrow with the most waiting in all is in
 * colour; against a process that cases should follow, those that it has.
 */
export function drawProcess(map: ProcessMap, words: Words, width: number, against?: Against): ChartDrawing {
  const narrow = width < 620
  const edges = drawnEdges(map.edges, narrow ? most.narrow : most.wide)
  const steps = drawnSteps(map, edges)
  const loops = new Set(edges.flatMap(({ from, to }) => (from === to ? [from] : [])))
  const loopRoom = narrow ? 36 : 78
  const plan = layered(
    steps.map(({ step, place }) => ({ id: step, order: place, room: loops.has(step) ? loopRoom : 0 })),
    edges,
    width - 2 * margin,
    narrow ? 14 : 40,
  )
  const paint = (edge: ProcessEdge): string =>
    against ? (against.has(edge) ? colour.accent : colour.mark) : colourOf(edge, map)
  const height = plan.layers * boxHeight + (plan.layers - 1) * between + 2 * margin
  const drawn = edges.map((edge, index) => arrowOf(edge, plan, index, edges, paint))
  const text = (edge: ProcessEdge): string => edgeText(edge, narrow, words)
  return {
    option: base({
      ...canvas(width, height),
      series: [
        shapeSeries(
          'strand',
          drawn.flatMap(({ strands }) => strands.map((value) => strandItem(value, drawn, words))),
          { z: 2 },
        ),
        shapeSeries('loop', loopsOf(edges, plan, paint, words), { z: 2 }),
        shapeSeries(
          'tip',
          drawn.map(({ tip, color }) => ({ value: tip, color })),
          { z: 3, silent: true },
        ),
        shapeSeries(
          'box',
          steps.map((step) => boxOf(step, plan, words)),
          { z: 4 },
        ),
        textSeries(labelsOf(drawn, edges, plan, text)),
        textSeries(namesOf(steps, plan, map, words)),
      ],
    }),
    height,
    label: labelOf(steps, edges, words),
    foot: against ? say(words, 'pages.process.target.foot', { process: against.title }) : footOf(map, edges, words),
  }
}

/** The most frequent, as many as may be drawn: whole groups of one count, so that none is left out by its name, unless one group is too large. */
export function drawnEdges<Counted extends { count: number; from: string; to: string }>(
  edges: Counted[],
  limit: number,
): Counted[] {
  const sorted = edges.toSorted(
    (a, b) => b.count - a.count || (a.from < b.from ? -1 : a.from > b.from ? 1 : a.to < b.to ? -1 : 1),
  )
  if (sorted.length <= limit) return sorted
  const first = sorted[limit]!.count
  const whole = sorted.filter(({ count }) => count > first)
  return whole.length > 0 ? whole : sorted.slice(0, limit)
}

function drawnSteps({ steps }: ProcessMap, edges: ProcessEdge[]): ProcessStep[] {
  const ends = new Set(edges.flatMap(({ from, to }) => [from, to]))
  // A process of single steps has no transition to draw.
  return ends.size > 0 ? steps.filter(({ step }) => ends.has(step)) : steps.slice(0, 6)
}

const topOf = (layer: number): number => margin + layer * (boxHeight + between)
const bottomOf = (layer: number): number => topOf(layer) + boxHeight

interface Arrow {
  edge: ProcessEdge
  /** Value of each part: `[x0, y0, x1, y1, thickness]`. */
  strands: number[][]
  tip: number[]
  color: string
}

function thickness(count: number, edges: ProcessEdge[]): number {
  const highest = Math.max(...edges.map((each) => each.count))
  return Math.round((1 + 6 * Math.sqrt(count / highest)) * 10) / 10
}

type Paint = (edge: ProcessEdge) => string

function colourOf({ from, to }: ProcessEdge, { bottleneck }: ProcessMap): string {
  return bottleneck?.from === from && bottleneck.to === to ? colour.accent : colour.mark
}

/** From bottom to top of the next box; against the usual order from top to bottom. */
function arrowOf(edge: ProcessEdge, plan: Layering, index: number, edges: ProcessEdge[], paint: Paint): Arrow {
  const way = plan.ways[index] ?? []
  const color = paint(edge)
  const thick = thickness(edge.count, edges)
  const down = (way.at(-1)?.layer ?? 0) > (way[0]?.layer ?? 0)
  const points = way.flatMap(({ x, layer, side }) => {
    const at = margin + x
    if (side === 'bottom') return [[at, bottomOf(layer)]]
    if (side === 'top') return [[at, topOf(layer)]]
    // Straight past the boxes of its layer.
    const [first, last] = down ? [topOf(layer), bottomOf(layer)] : [bottomOf(layer), topOf(layer)]
    return [
      [at, first],
      [at, last],
    ]
  })
  const end = points.at(-1)
  if (!end) return { edge, strands: [], tip: [0, 0, 0, 0], color }
  const [x = 0, y = 0] = end
  const size = head + thick / 2
  const foot = down ? y - size : y + size
  end[1] = foot
  const strands = points
    .slice(1)
    .map(([bx = 0, by = 0], step) => [points[step]?.[0] ?? 0, points[step]?.[1] ?? 0, bx, by, thick].map(tenth))
  return { edge, strands, tip: [x, foot, y, size * 0.7].map(tenth), color }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}

function strandItem(value: number[], drawn: Arrow[], words: Words): Item {
  const own = drawn.find(({ strands }) => strands.includes(value))!
  return { value, color: own.color, tip: edgeTip(own.edge, words) }
}

function loopsOf(edges: ProcessEdge[], plan: Layering, paint: Paint, words: Words): Item[] {
  return edges
    .filter(({ from, to }) => from === to)
    .map((edge) => {
      const { x, layer } = plan.places.get(edge.from)!
      return {
        value: [
          margin + x + plan.size / 2,
          topOf(layer) + boxHeight / 2,
          14,
          16,
          Math.min(3, thickness(edge.count, edges)),
        ],
        color: paint(edge),
        tip: edgeTip(edge, words),
      }
    })
}

function boxOf(step: ProcessStep, plan: Layering, words: Words): Item {
  const { x, layer } = plan.places.get(step.step)!
  const left = margin + x - plan.size / 2
  return {
    value: [left, left + plan.size, topOf(layer), bottomOf(layer)].map(tenth),
    color: colour.panel,
    border: colour.mark,
    tip: say(words, 'pages.process.tip.step', { step: step.label, count: step.count, cases: step.cases }),
  }
}

function edgeTip({ from_label, to_label, count, median }: ProcessEdge, words: Words): string {
  return say(words, 'pages.process.tip.edge', {
    from: from_label,
    to: to_label,
    count,
    median: median === null ? 'none' : formatDuration(median, words),
  })
}

/** `4,558 · 30 days`; on a phone the count alone. */
function edgeText({ count, median }: ProcessEdge, narrow: boolean, words: Words): string {
  const times = formatNumber(count, words)
  return narrow || median === null ? times : `${times} · ${formatDuration(coarse(median), words)}`
}

/** To its largest unit: beside an arrow there is room for one. */
function coarse(seconds: number): number {
  const unit = [86_400, 3_600, 60].find((each) => seconds >= each) ?? 1
  return Math.round(seconds / unit) * unit
}

function namesOf(steps: ProcessStep[], plan: Layering, { traced, inferred }: ProcessMap, words: Words): Text[] {
  return steps.map((step) => {
    const { x, layer } = plan.places.get(step.step)!
    const [name = ''] = fitNames([oneLine(step.label)], plan.size - 10).names
    const marks = [
      formatNumber(step.count, words),
      // All inferred cases begin alike, and the last that is known of one need not be its end.
      !inferred && step.starts >= traced * many ? say(words, 'pages.process.start') : '',
      !inferred && step.ends >= traced * many ? say(words, 'pages.process.end') : '',
    ]
    return {
      at: [margin + x, topOf(layer) + boxHeight / 2] as [number, number],
      text: `${name}\n${marks.filter(Boolean).join(' · ')}`,
      position: 'inside' as const,
      style: { ...nameText, lineHeight: 16, align: 'center' },
    }
  })
}

interface Box {
  x: number
  y: number
  width: number
}

const shares = [0.5, 0.4, 0.6, 0.3, 0.7, 0.22, 0.78, 0.14, 0.86]

/** Each beside the middle of its arrow, moved along it where another label stands there. */
function labelsOf(drawn: Arrow[], edges: ProcessEdge[], plan: Layering, text: (edge: ProcessEdge) => string): Text[] {
  const taken: Box[] = []
  // Above 1 in one direction is apart.
  const apart = (a: Box, b: Box): number =>
    Math.max(Math.abs(a.y - b.y) / 15, Math.abs(a.x - b.x) / ((a.width + b.width) / 2 + 3))
  const room = (box: Box): number => Math.min(Number.MAX_VALUE, ...taken.map((each) => apart(each, box)))
  const arrows = drawn.filter(({ strands }) => strands.length > 0).toSorted((a, b) => b.edge.count - a.edge.count)
  const along = arrows.map(({ edge, strands }): Text => {
    const words = text(edge)
    const width = words.length * 6.2 + 6
    const curved = strands.filter(([, y0 = 0, , y1 = 0], part) => strands.length === 1 || part % 2 === 0 || y0 === y1)
    const places = shares.flatMap((share) => curved.map((strand) => onStrand(strand, share, width)))
    const box = places.find((each) => room(each) >= 1) ?? places.toSorted((a, b) => room(b) - room(a))[0]!
    taken.push(box)
    return {
      at: [tenth(box.x), tenth(box.y)],
      text: words,
      position: 'inside',
      style: { ...tickText, fontSize: 11.5, ...onPanel, width: Math.ceil(width - 6) },
    }
  })
  const around = edges
    .filter(({ from, to }) => from === to)
    .map((edge): Text => {
      const { x, layer } = plan.places.get(edge.from)!
      return {
        at: [margin + x + plan.size / 2 + 10, topOf(layer) + boxHeight / 2],
        text: text(edge).replace(' · ', '\n'),
        position: 'right',
        style: { ...tickText, fontSize: 11.5, lineHeight: 14 },
      }
    })
  return [...along, ...around]
}

/** A point of the curve between two heights: the same cubic as the shape's. */
function onStrand([x0 = 0, y0 = 0, x1 = 0, y1 = 0]: number[], share: number, width: number): Box {
  const rest = 1 - share
  const x = x0 * (rest ** 3 + 3 * rest ** 2 * share) + x1 * (3 * rest * share ** 2 + share ** 3)
  const middle = (y0 + y1) / 2
  const y = y0 * rest ** 3 + middle * (3 * rest ** 2 * share + 3 * rest * share ** 2) + y1 * share ** 3
  return { x, y, width }
}

/** What a reader who cannot see it hears: the steps are in the table; the transitions that matter most are told here. */
function labelOf(steps: ProcessStep[], edges: ProcessEdge[], words: Words): string {
  const list = edges.slice(0, 8).map((edge) => edgeTip(edge, words))
  return say(words, 'pages.process.says', { steps: steps.length, edges: edges.length, list: list.join('; ') })
}

function footOf(map: ProcessMap, edges: ProcessEdge[], words: Words): string {
  const all = map.edges.reduce((sum, { count }) => sum + count, 0)
  const shown = edges.reduce((sum, { count }) => sum + count, 0)
  const phone = drawnEdges(map.edges, most.narrow).length
  return say(words, 'pages.process.foot', {
    drawn: edges.length,
    left: map.edges.length - edges.length,
    least: Math.min(...edges.map(({ count }) => count)),
    share: formatValue(all > 0 ? shown / all : null, 'ratio', words),
    inferred: map.inferred ? 'yes' : 'no',
    phone: phone < edges.length ? phone : 'same',
  })
}
