import { z } from 'zod'
import { checked } from '../../config/check.ts'
import type { Document } from '../../config/yaml.ts'
import { isZone } from '../../config/zone.ts'
import type { Problem } from '../../errors.ts'
import { columnNamed, tableNamed } from '../../model/tables.ts'
import { type Expression, tryExpression } from '../../sql/expression.ts'

const name = z.string().min(1)
const scalar = z.union([z.string(), z.number(), z.boolean()])
/** Several sources that number customers (agents, cases) alike share a key space; ids of rows begin with its name. */
const space = z
  .string()
  .regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and - are wanted')
  .optional()

const ruleSchema = z.union(
  [
    name,
    z.strictObject({
      from: name,
      words: z.record(z.string(), z.union([scalar, z.null()])).optional(),
      read: name.optional(),
      unit: z.enum(['milliseconds', 'seconds', 'minutes', 'hours', 'days']).optional(),
      decimal: z.enum(['.', ',']).optional(),
      space,
    }),
    z.strictObject({ value: scalar }),
    z.strictObject({ expression: name }),
    z.strictObject({ key: z.array(name).min(1), space }),
  ],
  {
    error:
      'a column name, {from, words, read, unit, decimal, space}, {value}, {expression} or {key: [...], space} is wanted',
  },
)

const fillSchema = z.strictObject({
  table: name,
  key: z.union([name, z.array(name).min(1)]).optional(),
  space,
  each: z.union([name, z.array(name).min(1)]).optional(),
  when: name.optional(),
  distinct: z.boolean().default(false),
  unidentified: z.boolean().default(false),
  columns: z.record(z.string(), ruleSchema).default({}),
})

const tableSchema = z.strictObject({
  name,
  recognise: z.array(name).min(1),
  file: z.union([name, z.array(name).min(1)]).optional(),
  zone: name.optional(),
  required: z.array(name).default([]),
  version: z.union([name, z.strictObject({ expression: name })]).optional(),
  ignore: z.array(name).default([]),
  fills: z.array(fillSchema).min(1),
})

const oneOrMany = z.union([name, z.array(name)]).optional()

const targetSchema = z.strictObject({
  metric: name,
  value: z.union([z.number(), z.string().regex(/^\d+(\.\d+)? ?(s|min|h|d)$/, 'a number, or one with s, min, h or d')]),
  channel: oneOrMany,
  priority: oneOrMany,
  source: name,
})

/** `pack.yaml` as written; `docs/packs.md` says what each key means, and the editor's JSON schema is made from this. */
export const packSchema = z.strictObject({
  id: z.string().regex(/^[a-z0-9][a-z0-9-]*$/, 'lower-case letters, digits and - are wanted'),
  name,
  /** Id of a built-in pack that this one takes the place of. */
  replaces: name.optional(),
  zone: name.optional(),
  tables: z.array(tableSchema).min(1),
  targets: z.array(targetSchema).default([]),
})

/** A pack as a user writes it. */
export type PackSpec = z.input<typeof packSchema>
export type RuleSpec = z.input<typeof ruleSchema>
export type FillSpec = z.input<typeof fillSchema>
export type DurationUnit = 'milliseconds' | 'seconds' | 'minutes' | 'hours' | 'days'

/** An expression with the text that it was parsed from. */
export interface Formula {
  text: string
  expression: Expression
}

/** What a source column's value becomes before it is typed. */
export interface FromRule {
  kind: 'from'
  from: string
  words: Record<string, string | number | boolean | null>
  read?: string
  unit?: DurationUnit
  decimal?: '.' | ','
  /** Of a link: the key space of the row that it leads to; the source's own when absent. */
  space?: string
}

/** How one model column is filled. */
export type Rule = { place: string } & (
  | FromRule
  | { kind: 'value'; value: string | number | boolean }
  | ({ kind: 'expression' } & Formula)
  | { kind: 'key'; key: string[]; space?: string }
)

/** Rows of one model table, made from the records of a batch. */
export interface PackFill {
  table: string
  /** Source columns of the key. `digest`: the key is a digest of the parts, so that no personal data stands in an id. */
  key?: { columns: string[]; digest: boolean }
  /** Key space that other sources share; the source's own when absent. */
  space?: string
  /** A source column that holds a JSON list, then lists within its objects: one row an element instead of one a record. */
  each?: string[]
  when?: Formula
  distinct: boolean
  unidentified: boolean
  columns: Record<string, Rule>
  place: string
}

/** One shape of batch that a pack knows: `fills[0]` is one row a record, the others are derived from the same records. */
export interface PackTable {
  name: string
  recognise: string[]
  /** Words of which the file's name must hold one: for tables whose columns many systems have. */
  file?: string[]
  /** Zone of moments that are written without one; the pack's when absent. */
  zone?: string
  /** Model columns of the main table without which a record is set aside. */
  required: string[]
  version?: { column: string } | Formula
  ignore: string[]
  fills: PackFill[]
  place: string
}

/** What was promised, and where that stands. Durations are in seconds, ratios 0-1. */
export interface Target {
  metric: string
  value: number
  channel?: string
  priority?: string
  source: string
}

/** A source system: how its exports become the unified model. */
export interface Pack {
  id: string
  replaces?: string
  name: string
  /** Zone of moments that are written without one; the project's when absent. */
  zone?: string
  tables: PackTable[]
  targets: Target[]
  file: string
}

type Path = (string | number)[]

/** A document -> its pack. Every fault goes to `problems` with its line; a pack with faults must not be used. */
export function parsePack(document: Document, problems: Problem[]): Pack | null {
  const spec = checked(packSchema, document.value, document, problems)
  if (!spec) return null
  if (spec.zone) checkZone(spec.zone, document, ['zone'], problems)
  const tables = spec.tables.map((table, index) => parseTable(table, document, ['tables', index], problems))
  return {
    id: spec.id,
    replaces: spec.replaces,
    name: spec.name,
    zone: spec.zone,
    tables,
    targets: spec.targets.flatMap(targetsOf),
    file: document.file,
  }
}

function checkZone(zone: string, document: Document, path: Path, problems: Problem[]): void {
  if (isZone(zone)) return
  problems.push({
    code: 'zone-unknown',
    message: `"${zone}" is not a time zone.`,
    where: document.where(path),
    fix: 'Use a name of the IANA list, such as Europe/Paris or UTC.',
  })
}

function parseTable(
  spec: z.output<typeof tableSchema>,
  document: Document,
  path: Path,
  problems: Problem[],
): PackTable {
  const fills = spec.fills.map((fill, index) => parseFill(fill, document, [...path, 'fills', index], problems))
  const main = fills[0]!
  if (spec.zone) checkZone(spec.zone, document, [...path, 'zone'], problems)
  if (main.each) {
    problems.push({
      code: 'each-main',
      message: `The first entry of \`fills\` makes one row a record; "each" makes more.`,
      where: document.where([...path, 'fills', 0, 'each']),
      fix: 'Put another entry before it, with `when: 1 = 0` if the record itself is no row of the model.',
    })
  }
  for (const [index, column] of spec.required.entries()) {
    if (main.columns[column]) continue
    problems.push({
      code: 'column-unmapped',
      message: `"${column}" is required but not filled in ${main.table}.`,
      where: document.where([...path, 'required', index]),
      fix: 'Name a model column that stands under the first entry of `fills`.',
    })
  }
  return {
    name: spec.name,
    recognise: spec.recognise,
    ...(spec.file === undefined ? {} : { file: [spec.file].flat() }),
    ...(spec.zone ? { zone: spec.zone } : {}),
    required: spec.required,
    version: parseVersion(spec.version, document, [...path, 'version'], problems),
    ignore: spec.ignore,
    fills,
    place: document.where(path),
  }
}

function parseVersion(
  spec: z.output<typeof tableSchema>['version'],
  document: Document,
  path: Path,
  problems: Problem[],
): PackTable['version'] {
  if (spec === undefined) return undefined
  if (typeof spec === 'string') return { column: spec }
  const expression = tryExpression(spec.expression, document.where(path), problems)
  return expression ? { text: spec.expression, expression } : undefined
}

function parseFill(spec: z.output<typeof fillSchema>, document: Document, path: Path, problems: Problem[]): PackFill {
  const place = document.where(path)
  const table = tableNamed(spec.table)
  if (table?.kind !== 'record') {
    problems.push({
      code: 'table-unknown',
      message: `The model has no table "${spec.table}" that a pack can fill.`,
      where: document.where([...path, 'table']),
      fix: 'Use a table of docs/model.md.',
    })
  }
  const columns: Record<string, Rule> = {}
  for (const [column, rule] of Object.entries(spec.columns)) {
    const at = [...path, 'columns', column]
    if (table) checkColumn(spec.table, column, document.where(at), problems)
    const parsed = parseRule(rule, document.where(at), problems)
    if (parsed) checkSpace(spec.table, column, parsed, problems)
    if (parsed) columns[column] = parsed
  }
  const when = spec.when ? tryExpression(spec.when, document.where([...path, 'when']), problems) : null
  return {
    table: spec.table,
    key: spec.key === undefined ? undefined : { columns: [spec.key].flat(), digest: Array.isArray(spec.key) },
    space: spec.space,
    ...(spec.each === undefined ? {} : { each: [spec.each].flat() }),
    when: spec.when && when ? { text: spec.when, expression: when } : undefined,
    distinct: spec.distinct,
    unidentified: spec.unidentified,
    columns,
    place,
  }
}

function checkColumn(table: string, column: string, where: string, problems: Problem[]): void {
  const known = columnNamed(table, column)
  if (known && !known.derived) return
  problems.push({
    code: 'column-unknown',
    message: known ? `Rapport fills ${table}.${column} itself.` : `The model has no column ${table}.${column}.`,
    where,
    fix: `Use a column of ${table} in docs/model.md; a source column that fits none is kept in attributes by itself.`,
  })
}

/** Only an id belongs to a key space. */
function checkSpace(table: string, column: string, rule: Rule, problems: Problem[]): void {
  if (!('space' in rule) || rule.space === undefined || columnNamed(table, column)?.refers) return
  problems.push({
    code: 'space-useless',
    message: `${table}.${column} is no link to another row, so it has no key space.`,
    where: rule.place,
    fix: 'Leave out `space`; it belongs to links (customer, agent, case ...) and to the key of a fill.',
  })
}

function parseRule(spec: z.output<typeof ruleSchema>, place: string, problems: Problem[]): Rule | null {
  if (typeof spec === 'string') return { kind: 'from', from: spec, words: {}, place }
  if ('value' in spec) return { kind: 'value', value: spec.value, place }
  if ('key' in spec) return { kind: 'key', key: spec.key, space: spec.space, place }
  if ('from' in spec) return { ...spec, kind: 'from', words: spec.words ?? {}, place }
  const expression = tryExpression(spec.expression, place, problems)
  return expression ? { kind: 'expression', text: spec.expression, expression, place } : null
}

const unitSeconds: Record<string, number> = { s: 1, min: 60, h: 3_600, d: 86_400 }

function targetsOf(spec: z.output<typeof targetSchema>): Target[] {
  const many = (list: string | string[] | undefined): (string | undefined)[] =>
    list === undefined ? [undefined] : [list].flat()
  return many(spec.channel).flatMap((channel) =>
    many(spec.priority).map((priority) => ({
      metric: spec.metric,
      value: targetValue(spec.value),
      ...(channel ? { channel } : {}),
      ...(priority ? { priority } : {}),
      source: spec.source,
    })),
  )
}

function targetValue(value: number | string): number {
  if (typeof value === 'number') return value
  const [, amount, unit] = /^([\d.]+) ?(\w+)$/.exec(value)!
  return Number(amount) * unitSeconds[unit!]!
}
