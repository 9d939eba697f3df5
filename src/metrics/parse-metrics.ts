import { checked } from '../config/check.ts'
import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import { tableNamed } from '../model/tables.ts'
import { type Expression, printExpression } from '../sql/expression.ts'
import { checkNeed, checkTable, complain, type Place, placeAt, readExpression, type Terms } from './expressions.ts'
import type { MetricUnit } from './frame.ts'
import type { Measure, Metric, MetricPart } from './metric.ts'
import { type MetricPartsSpec, type MetricSpec, metricSchema } from './metric-file.ts'
import { columnsOnPath, readsOf, readsPseudo } from './reach.ts'

/** What a metric replaces, by its id: the catalogue reader needs it to tell a purpose from an accident. */
export interface ParsedMetric extends Metric {
  replaces?: string
}

/** The `metrics:` list of one file, with variants and quantiles as metrics of their own. All problems at once. */
export function parseMetrics(document: Document, terms: Terms, problems: Problem[]): ParsedMetric[] {
  return listOf(document, 'metrics').flatMap((value, index) => {
    const path = ['metrics', index]
    const spec = checked(metricSchema, value, document, problems, path)
    return spec ? familyOf(spec, { document, path, problems, terms }) : []
  })
}

/** The list under a key of a file; empty when there is none. */
export function listOf(document: Document, key: string): unknown[] {
  const value = document.value
  if (typeof value !== 'object' || value === null) return []
  const list = (value as Record<string, unknown>)[key]
  return Array.isArray(list) ? list : []
}

function familyOf(spec: MetricSpec, place: Place): ParsedMetric[] {
  if (!checkTable(spec.from, placeAt(place, 'from'))) return []
  const { variants = [], replaces, ...own } = spec
  const base = metricOf(own, own, spec, place)
  const others = variants.map((variant, index) => {
    const at = placeAt(place, 'variants', index)
    if (variant.from !== undefined && !checkTable(variant.from, placeAt(at, 'from'))) return null
    return metricOf(inherit(own, variant), variant, spec, at, variant.id)
  })
  const whole = [base, ...others].filter((metric): metric is Metric => metric !== null)
  return whole.flatMap((metric) => [metric, ...quantilesOf(metric, spec)]).map((metric) => ({ ...metric, replaces }))
}

const measureKeys = [
  'count',
  'numerator',
  'mean',
  'sum',
  'distinct',
  'per',
  'per_day',
  'stock',
  'level',
  'kept',
  'chained',
  'combine',
] as const

/** A variant keeps what it does not say; another measure takes the whole place of the old one. */
function inherit(base: MetricPartsSpec, variant: MetricPartsSpec & { id: string }): MetricPartsSpec {
  const own = measureKeys.some((key) => variant[key] !== undefined)
  const kept: MetricPartsSpec = { ...base }
  if (own)
    for (const key of [...measureKeys, 'denominator', 'unit'] as const)
      if (!(key === 'denominator' && variant.numerator) && !(key === 'unit' && sameMeasure(base, variant)))
        delete kept[key]
  return { ...kept, ...variant, in_words: { ...base.in_words, ...variant.in_words } }
}

function sameMeasure(base: MetricPartsSpec, variant: MetricPartsSpec): boolean {
  return measureKeys.some((key) => base[key] !== undefined && variant[key] !== undefined)
}

/** `spec` is complete; `own` is what this entry itself says, which decides whose words it has. */
function metricOf(
  spec: MetricPartsSpec,
  own: MetricPartsSpec,
  family: MetricSpec,
  place: Place,
  variant = '',
): Metric | null {
  const table = spec.from ?? family.from
  const read = (text: string | undefined, ...at: string[]): Expression | undefined =>
    text === undefined ? undefined : readExpression(text, table, placeAt(place, ...at))
  const measure = measureOf(spec, read, place)
  const population = read(spec.population, 'population')
  const maturity = maturityOf(spec, read, place)
  const clusters = read(spec.clusters, 'clusters')
  const time = timeOf(spec, table, place)
  for (const need of spec.needs ?? []) checkNeed(need, placeAt(place, 'needs'))
  if (!measure) return null
  const id = variant ? `${family.id}:${variant}` : family.id
  const expressions = [population, ...expressionsOf(measure)]
  const says = saysOf(spec, own, family.id, id, measure, population)
  return {
    id,
    label: spec.label ?? family.label,
    question: spec.question ?? spec.label ?? family.label,
    unit: spec.unit ?? unitOf(measure),
    better: spec.better ?? 'none',
    from: table,
    population,
    populationText: says.population?.english ?? '',
    measure,
    clusters,
    numeratorText: says.numerator?.english,
    denominatorText: says.denominator?.english,
    time,
    clock: spec.clock ?? (spec.unit === 'seconds' ? 'calendar' : null),
    additivity: additivityOf(measure),
    maturity,
    needs: spec.needs ?? needsOf(table, measure),
    needsAsOf:
      spec.as_of === true ||
      maturity !== undefined ||
      moving.has(measure.kind) ||
      expressions.some((each) => readsPseudo(each, 'as_of')),
    family: family.id,
    variant,
    instead: spec.instead,
    note: spec.note,
    compareWith: own.compare_with ?? [],
    says,
    defined_at: place.document.where(place.path),
  }
}

/** What is measured at a moment depends on which one. */
const moving = new Set<Measure['kind']>(['stock', 'level', 'kept', 'chained'])

/** How old a row must be: hours for all rows alike, or seconds of its own. */
function maturityOf(spec: MetricPartsSpec, read: Read, place: Place): Metric['maturity'] {
  if (!spec.maturity) return undefined
  const { hours } = spec.maturity
  const since = read(spec.maturity.since, 'maturity', 'since')
  const seconds = hours === undefined ? read(spec.maturity.seconds, 'maturity', 'seconds') : hours * 3600
  const settled = read(spec.maturity.settled, 'maturity', 'settled')
  if ((hours === undefined) === (spec.maturity.seconds === undefined))
    complain(
      placeAt(place, 'maturity'),
      'maturity-unclear',
      'A maturity rule says how old a row must be in hours or in seconds, in one of the two.',
      'Give hours: a number for all rows, or seconds: an expression for each row.',
    )
  return since && seconds !== undefined ? { since, seconds, settled } : undefined
}

type Read = (text: string | undefined, ...at: string[]) => Expression | undefined

function measureOf(spec: MetricPartsSpec, read: Read, place: Place): Measure | null {
  const given = measureKeys.filter((key) => spec[key] !== undefined)
  if (given.length !== 1) {
    complain(
      place,
      'measure-unclear',
      given.length === 0
        ? 'The metric does not say what is computed.'
        : `The metric says ${given.join(' and ')}; it can only be one.`,
      `Give one of: count: true, ${measureKeys.slice(1).join(', ')}.`,
    )
    return null
  }
  const numerator = read(spec.numerator, 'numerator')
  const denominator = read(spec.denominator, 'denominator')
  if (numerator) return { kind: 'ratio', numerator, denominator }
  for (const kind of ['mean', 'sum', 'distinct', 'per'] as const) {
    const of = read(spec[kind], kind)
    if (of) return { kind, of }
  }
  const open = read(spec.stock?.open, 'stock', 'open')
  if (open)
    return {
      kind: 'stock',
      open,
      opened: read(spec.stock?.opened, 'stock', 'opened'),
      closed: read(spec.stock?.closed, 'stock', 'closed'),
      distinct: read(spec.stock?.distinct, 'stock', 'distinct'),
    }
  if (spec.per_day) return { kind: 'daily' }
  const level = read(spec.level?.of, 'level', 'of')
  if (level) return { kind: 'level', of: level, at: spec.level?.at ?? 'end' }
  const kept = (['open', 'opened', 'closed'] as const).map((part) => read(spec.kept?.[part], 'kept', part))
  if (kept[0] && kept[1] && kept[2])
    return { kind: 'kept', open: kept[0], opened: kept[1], closed: kept[2], lost: spec.kept?.lost ?? false }
  const [gain, of] = [read(spec.chained?.gain, 'chained', 'gain'), read(spec.chained?.of, 'chained', 'of')]
  if (gain && of)
    return { kind: 'chained', gain, of, at: spec.chained?.at ?? 'mean', spread: spec.chained?.spread ?? false }
  if (spec.combine) return { kind: 'combined', ...spec.combine }
  return spec.count ? { kind: 'count' } : null
}

export function expressionsOf(measure: Measure): Expression[] {
  return partsOf(measure).filter((each) => each !== undefined)
}

function partsOf(measure: Measure): (Expression | undefined)[] {
  switch (measure.kind) {
    case 'count':
    case 'daily':
    case 'combined':
      return []
    case 'ratio':
      return [measure.numerator, measure.denominator]
    case 'stock':
      return [measure.open, measure.opened, measure.closed, measure.distinct]
    case 'kept':
      return [measure.open, measure.opened, measure.closed]
    case 'chained':
      return [measure.gain, measure.of]
    default:
      return [measure.of]
  }
}

const units: Record<Measure['kind'], MetricUnit> = {
  count: 'count',
  distinct: 'count',
  stock: 'count',
  ratio: 'ratio',
  mean: 'number',
  quantile: 'number',
  sum: 'number',
  per: 'number',
  daily: 'number',
  level: 'number',
  kept: 'ratio',
  chained: 'ratio',
  combined: 'number',
}

function unitOf(measure: Measure): MetricUnit {
  return units[measure.kind]
}

function additivityOf(measure: Measure): Metric['additivity'] {
  if (measure.kind === 'count' || measure.kind === 'sum') return 'additive'
  return measure.kind === 'stock' || measure.kind === 'level' ? 'semi-additive' : 'non-additive'
}

/** Without a word on it, a metric needs every column that its measure reads; of a stock, the state alone. */
function needsOf(table: string, measure: Measure): string[] {
  const read =
    measure.kind === 'stock' || measure.kind === 'kept'
      ? [measure.open, ...(measure.kind === 'stock' && measure.distinct ? [measure.distinct] : [])]
      : expressionsOf(measure)
  return [...new Set(read.flatMap((each) => readsOf(table, each)))]
}

function timeOf(spec: MetricPartsSpec, table: string, place: Place): string | undefined {
  if (spec.time === 'none') return undefined
  if (spec.time === undefined) return defaultTime(table)
  const type = columnsOnPath(table, spec.time.split('.'))?.at(-1)?.column.type
  if (type === 'timestamp' || type === 'date') return spec.time
  complain(
    placeAt(place, 'time'),
    'time-unknown',
    `"${spec.time}" is not a moment or day of ${table}.`,
    `Use one of: ${momentsOf(table).join(', ')}.`,
  )
  return undefined
}

function momentsOf(table: string): string[] {
  const columns = tableNamed(table)?.columns ?? []
  return columns
    .filter(({ type, derived }) => !derived && (type === 'timestamp' || type === 'date'))
    .map(({ name }) => name)
}

/** The column that places a row of the table in time where nothing else is said: its first local moment, else its last-named day. */
export function defaultTime(table: string): string | undefined {
  const columns = tableNamed(table)?.columns ?? []
  const moment =
    columns.find(({ local }) => local) ?? columns.find(({ type, name }) => type === 'date' && name !== 'birth_on')
  return moment?.name
}

function saysOf(
  spec: MetricPartsSpec,
  own: MetricPartsSpec,
  family: string,
  id: string,
  measure: Measure,
  population?: Expression,
): Metric['says'] {
  const says: Metric['says'] = {}
  const add = (part: MetricPart, english: string | undefined, itsOwn: boolean): void => {
    if (english !== undefined) says[part] = { id: `metrics.${itsOwn ? id : family}.${part}`, english }
  }
  const ratio = measure.kind === 'ratio'
  const computed = {
    population: { expression: population, keys: ['population'], has: true },
    numerator: { expression: ratio ? measure.numerator : undefined, keys: ['numerator'], has: ratio },
    denominator: { expression: ratio ? measure.denominator : undefined, keys: ['denominator'], has: ratio },
    value: {
      expression: 'of' in measure ? measure.of : undefined,
      keys: ['mean', 'sum', 'distinct', 'per', 'level', 'chained'],
      has: 'of' in measure,
    },
  } as const
  for (const part of ['population', 'numerator', 'denominator', 'value'] as const) {
    const { expression, keys, has } = computed[part]
    const ownWords = own.in_words?.[part]
    // Another expression with the words of the old one would be a false definition: then the expression speaks for itself.
    const changed = keys.some((key) => own[key] !== undefined)
    const words = ownWords ?? (changed ? undefined : spec.in_words?.[part])
    if (has) add(part, words ?? (expression && printExpression(expression)), ownWords !== undefined || changed)
  }
  for (const part of ['label', 'question', 'note'] as const) add(part, spec[part], own[part] !== undefined)
  return says
}

const quantiles = { median: 0.5, p90: 0.9 } as const

function quantilesOf(metric: Metric, spec: MetricSpec): Metric[] {
  const { measure } = metric
  if (measure.kind !== 'mean' || !(spec.quantiles ?? metric.unit === 'seconds')) return []
  return (['median', 'p90'] as const).map((at) => {
    const family = `${metric.family}_${at}`
    const id = metric.variant ? `${family}:${metric.variant}` : family
    return {
      ...metric,
      id,
      family,
      measure: { kind: 'quantile', of: measure.of, at: quantiles[at] },
      quantileOf: { id: metric.id, at },
      compareWith: [],
    }
  })
}
