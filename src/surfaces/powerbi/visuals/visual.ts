import type { Words } from '../../../config/words.ts'
import type { Tile } from '../../../pages/spec.ts'
import type { Field, World } from '../fields.ts'

/** A picture before it has a place: what is drawn, of which fields. */
export interface Visual {
  /** As Power BI names it: `clusteredBarChart`. */
  type: string
  /** Fields by role. */
  roles: Record<string, Field[]>
  sort?: { by: Field; direction: 'Ascending' | 'Descending' }
  objects?: Record<string, object[]>
  /** Cards stand in rows of their own. */
  shape: 'card' | 'chart' | 'text'
  height: number
  /** Where it differs from the picture of the page, in the reader's words. */
  note?: string
}

/** What a tile asks for, found in the model. */
export interface Asked {
  tile: Tile
  metrics: string[]
  by: string[]
  measures: Map<string, Field>
  columns: Map<string, Field>
  /** The periods of its grain. */
  period?: Field
  world: World
  words: Words
}

/** One kind of picture: null where the tile is none of its, a sentence where it cannot be drawn so that it is right. */
export type Draw = (asked: Asked) => Visual | { why: string } | null

export function property(properties: Record<string, object>): object[] {
  return [{ properties }]
}

/** The measure of a chart's value. */
export function valueField({ tile, metrics, measures }: Asked): Field | undefined {
  const chosen = tile.kind === 'chart' ? tile.encode.value : undefined
  return measures.get(chosen ?? metrics[0] ?? '')
}

export function columnAt({ by, columns }: Asked, place: number): Field | undefined {
  return columns.get(by[place] ?? '')
}

/** The measures in the order of the tile. */
export function allMeasures({ metrics, measures }: Asked): Field[] {
  return metrics.flatMap((metric) => measures.get(metric) ?? [])
}
