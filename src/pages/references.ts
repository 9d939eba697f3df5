import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import type { MetricCatalogue } from '../metrics/context.ts'
import { didYouMean } from '../metrics/nearest.ts'
import type { Page, Tile } from './spec.ts'

/** A name in a page, and where it stands in the document. */
type Named = [name: string, path: (string | number)[]]

/** Metrics and dimensions that a page names and nobody defines: a tile of one would only be missing, and nobody would know. */
export function referenceFaults(page: Page, document: Document, catalogue: MetricCatalogue): Problem[] {
  const inTiles = (namesOf: (tile: Tile) => Named[]): Named[] =>
    page.tiles.flatMap((tile, index) => namesOf(tile).map(([name, path]): Named => [name, ['tiles', index, ...path]]))
  const unknown = (what: 'metric' | 'dimension', known: ReadonlyMap<string, unknown>, names: Named[]): Problem[] =>
    names
      .filter(([name]) => !known.has(name))
      .map(([name, path]) => ({
        code: `${what}-unknown`,
        message: `The page names "${name}", which is no ${what}.`,
        where: document.where(path),
        fix: didYouMean(name, known.keys(), 'docs/metrics.md lists them all.'),
      }))
  return [
    ...unknown('metric', catalogue.metrics, [...headlineMetrics(page), ...inTiles(metricsIn)]),
    ...unknown('dimension', catalogue.dimensions, [...listed(page.filters, ['filters']), ...inTiles(dimensionsIn)]),
  ]
}

function listed(names: string[], path: string[]): Named[] {
  return names.map((name, index) => [name, [...path, index]])
}

/** Other headlines name what a catalogue may lack: they take the first that there is. */
function headlineMetrics({ headline }: Page): Named[] {
  return headline.says === 'figures' ? listed(headline.metrics, ['headline', 'metrics']) : []
}

function metricsIn(tile: Tile): Named[] {
  if (tile.kind === 'kpi' || tile.kind === 'breakdown' || tile.kind === 'gaps') return [[tile.metric, ['metric']]]
  if (tile.kind === 'rows') return tile.metric === undefined ? [] : [[tile.metric, ['metric']]]
  if (tile.kind === 'ranks' || tile.kind === 'now') return listed(tile.metrics, ['metrics'])
  if (tile.kind === 'agreement') return [[tile.metric, ['metric']], ...listed(tile.with, ['with'])]
  if (tile.kind === 'key_factors') return tile.factors.map(({ metric }, at) => [metric, ['factors', at, 'metric']])
  return tile.kind === 'chart' ? listed(tile.query.metrics, ['query', 'metrics']) : []
}

function dimensionsIn(tile: Tile): Named[] {
  if (tile.kind === 'survival' || tile.kind === 'now') return tile.by === undefined ? [] : [[tile.by, ['by']]]
  if (tile.kind === 'breakdown' || tile.kind === 'gaps' || tile.kind === 'ranks' || tile.kind === 'agreement')
    return [[tile.by, ['by']]]
  if (tile.kind === 'key_factors')
    return tile.factors.flatMap(({ by }, at) => (by ? [[by, ['factors', at, 'by']]] : []))
  return tile.kind === 'chart' ? listed(tile.query.by ?? [], ['query', 'by']) : []
}
