import { z } from 'zod'
import { type AlertRule, alertsFileSchema, alertsSchema } from '../config/alerts.ts'
import { checked } from '../config/check.ts'
import type { Settings } from '../config/settings.ts'
import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import type { MetricCatalogue } from '../metrics/context.ts'
import { didYouMean } from '../metrics/nearest.ts'
import { parseCondition } from './parameters.ts'

/** A rule and where it stands. */
export interface PlacedAlert {
  value: AlertRule
  /** `file:line`. */
  where: string
}

/** Alerts of a file of the catalogue, or of `rapport.yaml`. */
export function parseAlerts(document: Document, problems: Problem[]): PlacedAlert[] {
  const schema =
    document.file === 'rapport.yaml' ? z.looseObject({ alerts: alertsSchema.default([]) }) : alertsFileSchema
  const file = checked<{ alerts: AlertRule[] }>(schema, document.value, document, problems)
  return (file?.alerts ?? []).map((value, index) => ({ value, where: document.where(['alerts', index]) }))
}

interface Known extends MetricCatalogue {
  settings: Pick<Settings, 'receivers' | 'sources' | 'schedules'>
}

/** What names something that is not there would be silent for ever. */
export function alertFaults(alerts: PlacedAlert[], { settings, metrics, dimensions }: Known): Problem[] {
  const receivers = settings.receivers.map(({ id }) => id)
  const twice = receivers.filter((id, index) => receivers.indexOf(id) !== index)
  return [
    ...twice.map((id) => ({
      code: 'receiver-twice',
      message: `Two receivers are called "${id}".`,
      where: 'rapport.yaml',
      fix: 'Give each receiver an id of its own.',
    })),
    ...alerts.flatMap(({ value, where }) => {
      const missing = (what: string, id: string, known: Iterable<string>, otherwise: string): Problem => ({
        code: `${what}-unknown`,
        message: `The alert "${value.id}" names the ${what} "${id}", which is not there.`,
        where,
        fix: didYouMean(id, known, otherwise),
      })
      const sources = settings.sources.map(({ id }) => id)
      const schedules = settings.schedules.map(({ name }) => name)
      const unknown = (what: string, id: string | undefined, known: string[], otherwise: string) =>
        id !== undefined && !known.includes(id) ? [missing(what, id, known, otherwise)] : []
      return [
        ...value.receivers.flatMap((id) =>
          unknown('receiver', id, receivers, 'Write it under receivers: of rapport.yaml.'),
        ),
        ...('metric' in value
          ? unknown('metric', value.metric, [...metrics.keys()], 'docs/metrics.md lists the metrics.')
          : []),
        ...('by' in value
          ? unknown('dimension', value.by, [...dimensions.keys()], 'docs/metrics.md lists the dimensions.')
          : []),
        ...('where' in value ? value.where.flatMap((text) => conditionFaults(text, value, where, dimensions)) : []),
        ...(value.kind === 'silent'
          ? [
              ...unknown('source', value.source, sources, 'Name a source of rapport.yaml.'),
              ...unknown('schedule', value.schedule, schedules, 'Name a schedule of rapport.yaml.'),
            ]
          : []),
      ]
    }),
  ]
}

function conditionFaults(
  text: string,
  { id }: AlertRule,
  where: string,
  dimensions: MetricCatalogue['dimensions'],
): Problem[] {
  const condition = parseCondition(text)
  if (!condition)
    return [
      {
        code: 'condition-unreadable',
        message: `The condition "${text}" of the alert "${id}" does not read.`,
        where,
        fix: 'Write dimension=value,value or dimension!=value.',
      },
    ]
  if (dimensions.has(condition.dimension)) return []
  return [
    {
      code: 'dimension-unknown',
      message: `The alert "${id}" filters by "${condition.dimension}", which is not a dimension.`,
      where,
      fix: didYouMean(condition.dimension, dimensions.keys(), 'docs/metrics.md lists the dimensions.'),
    },
  ]
}
