import type {
  SemanticColumn,
  SemanticMeasure,
  SemanticModel,
  SemanticRelationship,
  SemanticRole,
  SemanticTable,
  SemanticType,
} from './semantic-model.ts'
import { stableUuid } from './stable-id.ts'

/** Files of the semantic model by their paths below its folder. `dataFolder` is where Power BI looks for the tables first. */
export function writeModel(model: SemanticModel, dataFolder: string): Map<string, string> {
  const files = new Map([
    ['definition/database.tmdl', text(['database', '\tcompatibilityLevel: 1567'])],
    ['definition/model.tmdl', text(modelLines(model))],
    ['definition/expressions.tmdl', text(parameterLines(dataFolder))],
    ['definition/relationships.tmdl', text(model.relationships.flatMap((each) => relationshipLines(each, model)))],
  ])
  for (const table of model.tables) files.set(`definition/tables/${fileOf(table)}.tmdl`, text(tableLines(table)))
  for (const [index, role] of model.roles.entries())
    files.set(`definition/roles/role_${String(index + 1).padStart(2, '0')}.tmdl`, text(roleLines(role)))
  return files
}

const idOf = (...key: string[]): string => stableUuid(key.join('/'))

const text = (lines: string[]): string => `${lines.join('\n').trimEnd()}\n`

/** Short, and the same in every language. */
function fileOf({ file, name }: SemanticTable): string {
  return file ? file.replace(/\.parquet$/, '') : name.replace(/[^a-z0-9]+/gi, '_')
}

/** Quoted: safe for every name. */
function quoted(name: string): string {
  return `'${name.replaceAll("'", "''")}'`
}

function described(description: string | undefined, tabs: string): string[] {
  return description ? description.split(/\r?\n/).map((line) => `${tabs}/// ${line}`) : []
}

function modelLines({ culture, tables, roles }: SemanticModel): string[] {
  const order = ['DataFolder', ...tables.map(({ name }) => name)]
  return [
    'model Model',
    `\tculture: ${culture}`,
    '\tdefaultPowerBIDataSourceVersion: powerBI_V3',
    '\tdiscourageImplicitMeasures',
    '\tsourceQueryCulture: en-US',
    '\tdataAccessOptions',
    '\t\tlegacyRedirects',
    '\t\treturnErrorValuesAsNull',
    '',
    'annotation __PBI_TimeIntelligenceEnabled = 0',
    '',
    `annotation PBI_QueryOrder = ${JSON.stringify(order)}`,
    '',
    ...tables.map(({ name }) => `ref table ${quoted(name)}`),
    '',
    ...roles.map(({ name }) => `ref role ${quoted(name)}`),
  ]
}

function parameterLines(dataFolder: string): string[] {
  return [
    '/// Folder of the Parquet files, with a separator at its end',
    `expression DataFolder = ${mText(dataFolder)} meta [IsParameterQuery=true, Type="Text", IsParameterQueryRequired=true]`,
    `\tlineageTag: ${idOf('expression', 'DataFolder')}`,
    '',
    '\tannotation PBI_ResultType = Text',
  ]
}

/** A text of M: no escapes but the doubled quote, and `#(` which would begin one. */
function mText(value: string): string {
  return `"${value.replaceAll('"', '""').replaceAll('#(', '#(#)(')}"`
}

function relationshipLines({ from, to, active }: SemanticRelationship, model: SemanticModel): string[] {
  const place = ({ table, column }: SemanticRelationship['from']): string => `${quoted(table)}.${quoted(column)}`
  return [
    `relationship ${idOf('relationship', keyOf(from, model), keyOf(to, model))}`,
    ...(active ? [] : ['\tisActive: false']),
    `\tfromColumn: ${place(from)}`,
    `\ttoColumn: ${place(to)}`,
    '',
  ]
}

/** By what a column is called in its file: the same id in every language. */
function keyOf({ table, column }: SemanticRelationship['from'], { tables }: SemanticModel): string {
  const found = tables.find(({ name }) => name === table)
  const source = found?.columns.find(({ name }) => name === column)?.source
  return `${found ? fileOf(found) : table}.${source ?? column}`
}

function tableLines(table: SemanticTable): string[] {
  const file = fileOf(table)
  return [
    ...described(table.description, ''),
    `table ${quoted(table.name)}`,
    ...(table.hidden ? ['\tisHidden'] : []),
    `\tlineageTag: ${idOf('table', file)}`,
    ...(table.isDate ? ['\tdataCategory: Time'] : []),
    '',
    ...table.measures.flatMap((measure) => measureLines(measure)),
    ...table.columns.flatMap((column) => columnLines(column, file)),
    ...table.hierarchies.flatMap(({ name, levels }) => [
      `\thierarchy ${quoted(name)}`,
      `\t\tlineageTag: ${idOf('hierarchy', file, ...levels.map(({ column }) => sourceOf(column, table)))}`,
      '',
      ...levels.flatMap((level) => [
        `\t\tlevel ${quoted(level.name)}`,
        `\t\t\tlineageTag: ${idOf('level', file, ...levels.map(({ column }) => sourceOf(column, table)), sourceOf(level.column, table))}`,
        `\t\t\tcolumn: ${quoted(level.column)}`,
        '',
      ]),
    ]),
    ...partitionLines(table),
    '\tannotation PBI_ResultType = Table',
  ]
}

function sourceOf(column: string, { columns }: SemanticTable): string {
  return columns.find(({ name }) => name === column)?.source ?? column
}

function measureLines({ metric, name, description, dax, format, folder, hidden }: SemanticMeasure): string[] {
  const lines = dax.split('\n')
  return [
    ...described(description, '\t'),
    ...(lines.length === 1
      ? [`\tmeasure ${quoted(name)} = ${dax}`]
      : [`\tmeasure ${quoted(name)} =`, ...lines.map((line) => `\t\t\t${line}`)]),
    ...(format ? [`\t\tformatString: ${format}`] : []),
    ...(hidden ? ['\t\tisHidden'] : []),
    ...(folder ? [`\t\tdisplayFolder: ${folder}`] : []),
    `\t\tlineageTag: ${idOf('measure', metric)}`,
    '',
  ]
}

const dataTypes: Record<SemanticType, string> = {
  string: 'string',
  int64: 'int64',
  double: 'double',
  boolean: 'boolean',
  date: 'dateTime',
  dateTime: 'dateTime',
}

function columnLines(column: SemanticColumn, file: string): string[] {
  const { name, source, type, key, hidden, format, sortBy, folder, description } = column
  const written = format ?? { date: 'yyyy-mm-dd', dateTime: 'yyyy-mm-dd hh:nn', int64: '0' }[type as 'date']
  return [
    ...described(description, '\t'),
    `\tcolumn ${quoted(name)}`,
    `\t\tdataType: ${dataTypes[type]}`,
    ...(hidden ? ['\t\tisHidden'] : []),
    ...(key ? ['\t\tisKey'] : []),
    ...(written ? [`\t\tformatString: ${written}`] : []),
    `\t\tlineageTag: ${idOf('column', file, source)}`,
    '\t\tsummarizeBy: none',
    `\t\tsourceColumn: ${source}`,
    ...(sortBy ? [`\t\tsortByColumn: ${quoted(sortBy)}`] : []),
    ...(folder ? [`\t\tdisplayFolder: ${folder}`] : []),
    '',
    '\t\tannotation SummarizationSetBy = User',
    '',
    ...(type === 'date' ? ['\t\tannotation UnderlyingDateTimeDataType = Date', ''] : []),
  ]
}

const mTypes: Record<SemanticType, string> = {
  string: 'type text',
  int64: 'Int64.Type',
  double: 'type number',
  boolean: 'type logical',
  date: 'type date',
  dateTime: 'type datetime',
}

function partitionLines(table: SemanticTable): string[] {
  const types = table.columns.map(({ source, type }) => `{${mText(source)}, ${mTypes[type]}}`)
  const lines = table.file
    ? [
        'let',
        `\tSource = Parquet.Document(File.Contents(DataFolder & ${mText(table.file)})),`,
        `\tTyped = Table.TransformColumnTypes(Source, {${types.join(', ')}}, "en-US")`,
        'in',
        '\tTyped',
      ]
    : ['#table({"row"}, {})']
  return [
    `\tpartition ${quoted(table.name)} = m`,
    '\t\tmode: import',
    '\t\tsource =',
    ...lines.map((line) => `\t\t\t\t${line}`),
    '',
  ]
}

function roleLines({ name, description, filters }: SemanticRole): string[] {
  return [
    ...described(description, ''),
    `role ${quoted(name)}`,
    '\tmodelPermission: read',
    '',
    ...filters.flatMap(({ table, dax }) => [`\ttablePermission ${quoted(table)} = ${dax}`, '']),
  ]
}
