import { readdir } from 'node:fs/promises'
import { join } from 'node:path'
import { readYaml } from '../../../src/config/yaml.ts'
import { readMetricCatalogue } from '../../../src/metrics/catalogue.ts'
import type { MetricCatalogue } from '../../../src/metrics/context.ts'
import { tables } from '../../../src/model/tables.ts'
import type {
  SemanticColumn,
  SemanticMeasure,
  SemanticModel,
  SemanticTable,
} from '../../../src/surfaces/powerbi/semantic-model.ts'
import { root } from '../../pages/fixtures.ts'

export async function wholeCatalogue(): Promise<MetricCatalogue> {
  const folder = join(root, 'catalog/metrics')
  const files = (await readdir(folder)).filter((name) => name.endsWith('.yaml')).sort()
  const documents = await Promise.all(files.map((file) => readYaml(join(folder, file), `catalog/metrics/${file}`)))
  return readMetricCatalogue(documents, [])
}

const column = (name: string, source: string, extra: Partial<SemanticColumn> = {}): SemanticColumn => ({
  name,
  source,
  type: 'string',
  ...extra,
})

const measure = (metric: string, name: string, format = '#,##0'): SemanticMeasure => ({
  metric,
  name,
  description: name,
  dax: 'BLANK()',
  format,
  folder: '',
})

const table = (
  name: string,
  file: string | null,
  columns: SemanticColumn[],
  measures: SemanticMeasure[] = [],
): SemanticTable => ({ name, file, description: name, columns, hierarchies: [], measures })

const dates = (): SemanticTable => ({
  ...table('Date', 'dates.parquet', [
    column('Date', 'day', { type: 'date', key: true }),
    column('Week', 'week_start', { type: 'date' }),
    column('Month', 'month_start', { type: 'date' }),
    column('Month of the year', 'month', { type: 'int64', hidden: true }),
    column('Quarter', 'quarter_start', { type: 'date' }),
    column('Year', 'year', { type: 'int64' }),
    column('Weekday', 'weekday', { type: 'int64' }),
  ]),
  isDate: true,
})

/** Cases of customers, with teams and surveys; sessions hang on nothing but the date. */
export function smallModel(): SemanticModel {
  const link = (from: string, source: string, to: string, active = true) => ({
    from: { table: from, column: source },
    to: { table: to, column: to === 'Date' ? 'Date' : 'Key' },
    active,
  })
  return {
    name: 'Rapport',
    culture: 'en-US',
    tables: [
      dates(),
      table(
        'Cases',
        'cases.parquet',
        [
          column('Channel', 'channel'),
          column('Priority', 'priority'),
          column('Team key', 'team', { hidden: true }),
          column('Created on', 'created_on', { type: 'date', hidden: true }),
        ],
        [
          measure('cases', 'Cases'),
          measure('resolution_rate', 'Resolution rate', '0.0%'),
          { ...measure('csat_mean#n', 'Answers'), hidden: true },
        ],
      ),
      table(
        'Surveys',
        'surveys.parquet',
        [column('Score', 'score', { type: 'int64' }), column('Case key', 'case', { hidden: true })],
        [measure('csat_mean', "Customer's satisfaction", '0.00')],
      ),
      table('Teams', 'teams.parquet', [column('Key', 'id', { hidden: true, key: true }), column('Team', 'name')]),
      table('Sessions', 'sessions.parquet', [column('Device', 'device')], [measure('sessions', 'Visits')]),
    ],
    relationships: [
      link('Cases', 'Team key', 'Teams'),
      link('Cases', 'Created on', 'Date'),
      link('Surveys', 'Case key', 'Cases'),
      link('Sessions', 'Started on', 'Date', false),
    ],
    roles: [],
    without: [{ metric: 'backlog', label: 'Backlog', why: 'It needs every row until a day.' }],
  }
}

/**
 * A star as it is built from a version: facts whose columns are hidden, a table a dimension, periods by name, hours by each moment, and measures that
 * are blank by what cannot split them.
 */
export function starModel(): SemanticModel {
  const key = column('key', 'key', { type: 'int64', key: true, hidden: true })
  const values = (dimension: string, name: string): SemanticTable =>
    table(name, `dim_${dimension}.parquet`, [key, shows(name, 'value', { dimension })])
  const apart = (metric: string, name: string, ...by: string[]): SemanticMeasure =>
    Object.assign(measure(metric, name), { apart: by })
  const link = (from: string, source: string, to: string, active = true) => ({
    from: { table: from, column: source },
    to: { table: to, column: to === 'Date' ? 'Day' : 'key' },
    active,
  })
  const hidden = { type: 'int64', hidden: true } as const
  return {
    name: 'Rapport',
    culture: 'en-US',
    tables: [
      table(
        'Contacts',
        'touchpoints.parquet',
        [column('channel_key', 'channel_key', hidden), column('hour_of_started_at_key', 'hour_key', hidden)],
        [apart('touchpoints', 'Contacts', 'Score'), apart('service_level', 'Service level', 'Score')],
      ),
      table(
        'Survey answers',
        'surveys.parquet',
        [column('channel_key', 'channel_key', hidden), column('score_key', 'score_key', hidden)],
        [
          apart('csat_mean', 'Satisfaction score', 'Hour of day'),
          apart('survey_answers', 'Answers to satisfaction surveys', 'Hour of day'),
        ],
      ),
      {
        ...table('Date', 'dim_date.parquet', [
          shows('Day', 'day', { grain: 'day', type: 'date', key: true }),
          shows('Week from', 'week', { grain: 'week', sortBy: 'week_order' }),
          column('week_order', 'week_order', hidden),
          shows('Month', 'month', { grain: 'month', sortBy: 'month_order' }),
          column('month_order', 'month_order', hidden),
          shows('Weekday', 'weekday', { dimension: 'weekday' }),
        ]),
        isDate: true,
      },
      values('channel', 'Channel'),
      values('score', 'Score'),
      values('hour', 'Hour of day'),
    ],
    relationships: [
      link('Contacts', 'channel_key', 'Channel'),
      link('Contacts', 'day', 'Date'),
      link('Contacts', 'hour_of_started_at_key', 'Hour of day', false),
      link('Survey answers', 'channel_key', 'Channel'),
      link('Survey answers', 'score_key', 'Score'),
      link('Survey answers', 'day', 'Date', false),
      link('Survey answers', 'hour_key', 'Hour of day', false),
    ],
    roles: [],
    without: [],
  }
}

const shows = (
  name: string,
  source: string,
  extra: Partial<SemanticColumn> & { dimension?: string; grain?: string },
): SemanticColumn => Object.assign(column(name, source), extra)

/** Every metric and dimension of the catalogue, as if all of them could be had: what the pages ask for is there. */
export function wholeModel({ metrics, dimensions }: MetricCatalogue): SemanticModel {
  const facts = tables.filter((each) => each.kind !== 'system')
  const columnsOf = (name: string, own: string[]): SemanticColumn[] => [
    ...own.map((each) => column(`${name} ${each}`, each)),
    ...[...dimensions.values()]
      .filter((each) => each.table === name && !each.column)
      .map((each) => column(each.label, each.id)),
    column(`${name} hour`, 'hour', { type: 'int64' }),
  ]
  const measuresOf = (name: string) =>
    [...metrics.values()]
      .filter((each) => each.from === name)
      .flatMap((each) => [
        measure(each.id, each.id.replaceAll('_', ' ')),
        ...(each.unit === 'score' ? [{ ...measure(`${each.id}#n`, `${each.id} n`), hidden: true as const }] : []),
      ])
  return {
    name: 'Rapport',
    culture: 'en-US',
    tables: [
      dates(),
      ...facts.map((each) =>
        table(
          each.name,
          `${each.name}.parquet`,
          columnsOf(
            each.name,
            each.columns.map((one) => one.name),
          ),
          measuresOf(each.name),
        ),
      ),
    ],
    relationships: facts.flatMap((each) => [
      { from: { table: each.name, column: 'day' }, to: { table: 'Date', column: 'Date' }, active: true },
      ...each.columns.flatMap((one) =>
        one.refers && facts.some((other) => other.name === one.refers)
          ? [{ from: { table: each.name, column: one.name }, to: { table: one.refers, column: 'id' }, active: true }]
          : [],
      ),
    ]),
    roles: [],
    without: [],
  }
}
