import type { Grain } from '../../calendar.ts'
import { say, type Words } from '../../config/words.ts'
import { dimensionLabel, listed, metricLabel } from '../../metrics/needs.ts'
import type { Page, Tile } from '../../pages/spec.ts'
import { columnOf, type Field, measureOf, periodOf, type World } from './fields.ts'
import type { Asked } from './visuals/visual.ts'

/** Something that a tile needs and the model has not. */
export interface Lack {
  /** In the reader's words: `Backlog`; left out where the whole picture is meant. */
  what?: string
  /** A sentence. */
  why: string
  /** Of a number that is not in the model: told once, on however many tiles it is missing. */
  metric?: string
}

interface Wish {
  metrics: string[]
  by: string[]
  grain?: Grain
  /** Does it still say something with some of its numbers missing? */
  partial?: true
}

/** The numbers of a tile, if it is one of numbers: findings, tests and lists of rows are not. */
function wishOf(tile: Tile): Wish | null {
  switch (tile.kind) {
    case 'kpi':
      return { metrics: [tile.metric], by: [] }
    case 'chart': {
      const { metrics, by = [], grain } = tile.query
      return { metrics, by, ...(grain && { grain }), ...(tile.chart === 'table' && { partial: true }) }
    }
    case 'ranks':
      return { metrics: tile.metrics, by: [tile.by], partial: true }
    case 'key_factors':
      return { metrics: tile.factors.flatMap(({ by, metric }) => (by ? [] : [metric])), by: [], partial: true }
    default:
      return null
  }
}

/** May a page be one of the report: has it a tile of numbers? What others show takes long to find. */
export function hasNumbers(page: Page): boolean {
  return page.tiles.some((tile) => wishOf(tile) !== null)
}

/** A tile with what it asks for, found in the model, and what was not found; null where it is no tile of numbers. */
export function ask(tile: Tile, world: World, words: Words): { asked: Asked | null; lacks: Lack[] } | null {
  const wish = wishOf(tile)
  if (!wish) return null
  const measures = new Map<string, Field>()
  const lacks: Lack[] = []
  for (const metric of wish.metrics) {
    const field = measureOf(world, metric)
    if (field) measures.set(metric, field)
    else lacks.push(lackOf(metric, world, words))
  }
  if (measures.size === 0 || (lacks.length > 0 && !wish.partial)) return { asked: null, lacks }
  const metrics = [...measures.keys()]
  const columns = new Map<string, Field>()
  for (const dimension of wish.by) {
    const field = columnOf(world, dimension, metrics)
    if (field) columns.set(dimension, field)
    else lacks.push(unsplit(dimension, world, words))
  }
  const period = wish.grain && periodOf(world, wish.grain, metrics)
  if (wish.grain && !period)
    lacks.push({
      what: namesOf(metrics, world, words),
      why: say(words, 'powerbi.report.why.period', { grain: wish.grain }),
    })
  if (columns.size < wish.by.length || (wish.grain && !period)) return { asked: null, lacks }
  return { asked: { tile, metrics, by: wish.by, measures, columns, ...(period && { period }), world, words }, lacks }
}

function lackOf(metric: string, { model, catalogue }: World, words: Words): Lack {
  const told = model.without.find((each) => each.metric === metric)
  if (told) return { what: told.label, why: told.why, metric }
  const found = catalogue.metrics.get(metric)
  return {
    what: found ? metricLabel(found, words, catalogue) : metric,
    why: say(words, 'powerbi.report.why.measure'),
    metric,
  }
}

function unsplit(dimension: string, { catalogue }: World, words: Words): Lack {
  const found = catalogue.dimensions.get(dimension)
  return {
    what: found ? dimensionLabel(found, words) : dimension,
    why: say(words, 'powerbi.report.why.column'),
  }
}

function namesOf(metrics: string[], { catalogue }: World, words: Words): string {
  const names = metrics.map((metric) => {
    const found = catalogue.metrics.get(metric)
    return found ? metricLabel(found, words, catalogue) : metric
  })
  return listed(names, words)
}
