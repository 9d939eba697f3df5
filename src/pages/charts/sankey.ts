import { formatShort, formatValue } from '../../config/format.ts'
import { say } from '../../config/words.ts'
import { dimensionLabel } from '../../metrics/needs.ts'
import type { Chart, ChartInput } from './chart.ts'
import { type Groups, groupsOf } from './groups.ts'
import { cellOf, fitNames, keyOf, metricOf, oneLine, wrapNames } from './points.ts'
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

const nodeWidth = 5
const between = 8
const head = 32
/** Pixels that the whole has, before small nodes are given room for their names. */
const body = 230

/** Where a total goes, over two or three dimensions: as thick as its share, the largest flow of each step in colour. */
export const sankey: Chart = {
  name: 'sankey',
  draw(input) {
    const { frame, words, width } = input
    const metric = metricOf(frame, input.encode.value)
    const { levels, links, total, left } = flowOf(input, metric.id)
    const told = (value: number) =>
      say(words, 'pages.bars.share', {
        value: formatShort(value, metric.unit, words),
        share: formatValue(total > 0 ? value / total : null, 'ratio', words),
      })
    const lines = width < 620 ? 2 : 1
    const sides = [levels[0], levels.at(-1)].map((level) => sideOf(level, told, lines, width))
    // A level between has room for a name on three lines with its share below.
    const at = placesOf(levels, total, lines === 1 ? 19 : levels.length > 2 ? 62 : 31, width, sides)
    const height = Math.max(...levels.map((_, i) => at.bottom(i))) + 4
    const largest = new Set(
      levels.slice(1).map((_, i) => links.filter((each) => each.level === i).toSorted((a, b) => b.value - a.value)[0]),
    )
    const tip = (link: Link) =>
      say(words, 'pages.sankey.tip', {
        from: nameOf(levels, link, 0),
        to: nameOf(levels, link, 1),
        size: told(link.value),
      })
    const ribbons: Item[] = links.map((link) => ({
      value: at.ribbon(link),
      color: largest.has(link) ? colour.accent : colour.mark,
      // An edge would leave nothing of a thin one.
      ...(link.value * scaleOf(total) > 4 && { border: colour.panel }),
      tip: tip(link),
      filter: filterOf(levels, link),
    }))
    const nodes: Item[] = levels.flatMap((level, i) =>
      level.nodes.map((node, n) => ({
        value: at.node(i, n),
        color: colour.ink,
        tip: `${node.label}: ${told(node.value)}`,
        filter: node.filter,
      })),
    )
    return {
      option: base({
        ...canvas(width, height),
        series: [
          shapeSeries('ribbon', ribbons, { z: 2 }),
          shapeSeries('box', nodes, { z: 3 }),
          textSeries(namesOf(levels, at, told, lines, sides)),
          textSeries(headsOf(input, levels, at, sides)),
        ],
      }),
      height,
      label: say(words, 'pages.sankey.says', {
        metric: metric.label,
        total: formatValue(total, metric.unit, words),
        list: [...largest].flatMap((link) => (link ? [tip(link)] : [])).join('; '),
      }),
      foot: say(words, 'pages.foot.sankey', { left }),
    }
  },
}

interface Level {
  dimension: string
  nodes: { label: string; value: number; filter?: string }[]
}

/** From node `from` of a level to node `to` of the next. */
export interface Link {
  level: number
  from: number
  to: number
  value: number
}

/** Nodes and links, each level with the same sum. Rows without a value above zero have no thickness: they are counted apart. */
export function flowOf(
  input: ChartInput,
  metric: string,
): { levels: Level[]; links: Link[]; total: number; left: number } {
  const by = input.frame.query.by ?? []
  const rows = input.frame.rows.filter((row) => (cellOf(row, metric).value ?? 0) > 0)
  const kept = { ...input, frame: { ...input.frame, rows } }
  const split: Groups[] = by.map((dimension) => groupsOf(kept, dimension, metric))
  const levels = split.map(({ groups }, i) => ({
    dimension: by[i] ?? '',
    nodes: groups.map(({ label, size, filter }) => ({ label, value: size, filter })),
  }))
  const links = new Map<string, Link>()
  let total = 0
  for (const row of rows) {
    const value = cellOf(row, metric).value ?? 0
    const path = split.map((groups, i) => groups.of(keyOf(row, by[i] ?? '')))
    total += value
    for (let level = 0; level + 1 < path.length; level++) {
      const [from = 0, to = 0] = path.slice(level)
      const id = `${level} ${from} ${to}`
      const link = links.get(id)
      if (link) link.value += value
      else links.set(id, { level, from, to, value })
    }
  }
  const sorted = [...links.values()].toSorted((a, b) => a.level - b.level || a.from - b.from || a.to - b.to)
  return { levels, links: sorted, total, left: input.frame.rows.length - rows.length }
}

function nameOf(levels: Level[], link: Link, side: 0 | 1): string {
  return levels[link.level + side]?.nodes[side === 0 ? link.from : link.to]?.label ?? ''
}

function filterOf(levels: Level[], link: Link): string | undefined {
  const ends = [levels[link.level]?.nodes[link.from]?.filter, levels[link.level + 1]?.nodes[link.to]?.filter]
  return ends.every((each) => each !== undefined) ? ends.join('\n') : undefined
}

interface Places {
  left(level: number): number
  bottom(level: number): number
  /** `[x0, x1, y0, y1]`. */
  node(level: number, index: number): number[]
  middle(level: number, index: number): number
  ribbon(link: Link): number[]
}

function scaleOf(total: number): number {
  return total > 0 ? body / total : 0
}

/** Every node gets at least the room of its name; thickness is to one scale everywhere. */
function placesOf(levels: Level[], total: number, slot: number, width: number, sides: number[]): Places {
  const scale = scaleOf(total)
  const [before = 0, after = 0] = sides
  const columns = levels.map(({ nodes }) => {
    let y = head
    return nodes.map(({ value }) => {
      const thick = value * scale
      const room = Math.max(thick, slot)
      const top = y + (room - thick) / 2
      y += room + between
      return { top, thick, end: y }
    })
  })
  const left = (level: number) =>
    Math.round(before + ((width - before - after - nodeWidth) * level) / Math.max(1, levels.length - 1))
  const used = new Map<string, number>()
  const take = (id: string, top: number, thick: number) => {
    const from = used.get(id) ?? top
    used.set(id, from + thick)
    return from
  }
  return {
    left,
    bottom: (level) => (columns[level]?.at(-1)?.end ?? head) - between,
    node: (level, index) => {
      const { top = 0, thick = 0 } = columns[level]?.[index] ?? {}
      return [left(level), left(level) + nodeWidth, top, top + Math.max(1, thick)].map(tenth)
    },
    middle: (level, index) => {
      const { top = 0, thick = 0 } = columns[level]?.[index] ?? {}
      return tenth(top + thick / 2)
    },
    ribbon: ({ level, from, to, value }) => {
      const thick = value * scale
      const start = take(`${level} out ${from}`, columns[level]?.[from]?.top ?? 0, thick)
      const end = take(`${level} in ${to}`, columns[level + 1]?.[to]?.top ?? 0, thick)
      return [left(level) + nodeWidth, start, left(level + 1), end, Math.max(0.6, thick)].map(tenth)
    },
  }
}

function tenth(value: number): number {
  return Math.round(value * 10) / 10
}

/** Room for the names beside a level, as much as they need up to a part of the whole. */
function sideOf(level: Level | undefined, told: (value: number) => string, lines: number, width: number): number {
  const needs = (level?.nodes ?? []).map(({ label, value }) => {
    const text = lines === 2 ? shareOf(told(value)) : told(value)
    return (lines === 2 ? Math.max(Math.min(label.length, 10), text.length) : label.length + text.length + 2) * 6.8 + 14
  })
  return Math.round(Math.min(Math.max(60, ...needs), width * (lines === 2 ? 0.3 : 0.27)))
}

/** The first level's names stand before it, all others behind: over the flows on a ground of their own. */
function namesOf(levels: Level[], at: Places, told: (value: number) => string, lines: number, sides: number[]): Text[] {
  const style = { ...nameText, lineHeight: 15 }
  return levels.flatMap(({ nodes }, level) => {
    const inner = level > 0 && level < levels.length - 1
    const step = at.left(1) - at.left(0) - nodeWidth
    const room = inner ? Math.min(300, step * 0.94) : (sides[level === 0 ? 0 : 1] ?? 0) - 10
    return nodes.map(({ label, value }, n) => {
      const text = told(value)
      // Over the flows of a phone a name is broken: cut, two products would read alike.
      const name =
        lines === 2 ? wrapNames([label], room, 3).names[0] : fitNames([label], room - text.length * 6.4).names[0]
      const short = lines === 2 ? shareOf(text) : text
      return {
        at: [at.left(level) + (level === 0 ? 0 : nodeWidth), at.middle(level, n)] as [number, number],
        text: `${name}${lines === 2 ? '\n' : '  '}${short}`,
        position: level === 0 ? ('left' as const) : ('right' as const),
        style: {
          ...style,
          ...(level === 0 && { align: 'right' }),
          ...(inner && { ...onPanel, width: groundOf(`${name}${lines === 2 ? '\n' : '  '}${short}`) }),
        },
      }
    })
  })
}

/** On a phone the share alone: the count stands in the tip. */
function shareOf(text: string): string {
  return text.split(' · ').at(-1) ?? text
}

/** The width of the ground of a label: a browser would measure a font that is inherited as a smaller one. */
function groundOf(text: string): number {
  return Math.ceil(Math.max(...text.split('\n').map((each) => each.length)) * 6.7)
}

function headsOf({ dimensions, words }: ChartInput, levels: Level[], at: Places, sides: number[]): Text[] {
  return levels.map(({ dimension }, level) => {
    const found = dimensions.get(dimension)
    const name = oneLine(found ? dimensionLabel(found, words) : dimension)
    const first = level === 0
    return {
      at: [first ? at.left(0) : at.left(level) + nodeWidth, 13] as [number, number],
      text: wrapNames([name], Math.max(60, sides[first ? 0 : 1] ?? 0) - 10).names[0] ?? name,
      position: first ? ('left' as const) : ('right' as const),
      style: { ...tickText, lineHeight: 13, ...(first && { align: 'right' }) },
    }
  })
}
