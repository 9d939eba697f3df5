import type { Problem } from '../errors.ts'
import type { Condition, Grain, Query } from '../metrics/query.ts'

/**
 * All that a viewer can change, as it stands in the URL. The command line uses the same text
 * (`--where channel=chat,email`), and the browser this same file: it is pure.
 */
export interface Parameters {
  where: Condition[]
  metrics: string[]
  by: string[]
  sort?: { by: string; descending: boolean }
  from?: string
  to?: string
  as_of?: string
  grain?: Grain
  compare?: 'previous' | 'year'
  /** One value each: `share`, `search`, `cursor`, `id`, `metric`, `part`, `check`, `process` (a list as JSON), `due`, `status`, `topic`, `lang`, `theme`. */
  plain: Record<string, string>
}

const plainNames = [
  'share',
  'search',
  'cursor',
  'id',
  'metric',
  'part',
  'check',
  'process',
  'due',
  'status',
  'topic',
  'lang',
  'theme',
] as const
const grains: readonly string[] = ['day', 'week', 'month', 'quarter', 'year']
const dayForm = /^\d{4}-\d{2}-\d{2}$/
const instantForm = /^\d{4}-\d{2}-\d{2}([T ]\d{2}:\d{2}(:\d{2}(\.\d+)?)?Z?)?$/
const nameForm = /^[a-z][a-z0-9_.:]*$/

/** No filter, no choice. */
export function noParameters(): Parameters {
  return { where: [], metrics: [], by: [], plain: {} }
}

/** URL text -> parameters. What is not understood is left out and named in `problems`; it never throws. */
export function parseParameters(text: string): { parameters: Parameters; problems: Problem[] } {
  const parameters = noParameters()
  const problems: Problem[] = []
  for (const [name, value] of new URLSearchParams(text)) {
    if (value === '' && name !== 'where') continue
    const fault = takeParameter(parameters, name, value)
    if (fault) problems.push(fault)
  }
  return { parameters, problems }
}

function takeParameter(into: Parameters, name: string, value: string): Problem | null {
  switch (name) {
    case 'where': {
      const condition = parseCondition(value)
      if (!condition) return notUnderstood(name, value, 'Write `channel=chat,email`, `market!=DE` or `age=18..30`.')
      into.where.push(condition)
      return null
    }
    case 'm':
    case 'by': {
      const list = value.split(',').filter((each) => nameForm.test(each))
      if (list.length === 0) return notUnderstood(name, value, 'Give the id of a metric or dimension.')
      const target = name === 'm' ? into.metrics : into.by
      for (const each of list) if (!target.includes(each)) target.push(each)
      return null
    }
    case 'sort': {
      const by = value.replace(/^-/, '')
      if (!nameForm.test(by)) return notUnderstood(name, value, 'Give a column, with - before it to sort downwards.')
      into.sort = { by, descending: value.startsWith('-') }
      return null
    }
    case 'from':
    case 'to':
      if (!isDay(value)) return notUnderstood(name, value, 'Write a day as 2026-01-31.')
      into[name] = value
      return null
    default:
      return takeChoice(into, name, value)
  }
}

function takeChoice(into: Parameters, name: string, value: string): Problem | null {
  switch (name) {
    case 'as_of':
      if (!instantForm.test(value))
        return notUnderstood(name, value, 'Write a day or an instant: 2026-01-31T12:00:00Z.')
      into.as_of = value
      return null
    case 'grain':
      if (!grains.includes(value)) return notUnderstood(name, value, `Use one of: ${grains.join(', ')}.`)
      into.grain = value as Grain
      return null
    case 'compare':
      if (value !== 'previous' && value !== 'year') return notUnderstood(name, value, 'Use previous or year.')
      into.compare = value
      return null
  }
  if (!(plainNames as readonly string[]).includes(name)) {
    return {
      code: 'parameter-unknown',
      message: `The address holds "${clip(name)}", which no page reads. It was left out.`,
      where: name,
      fix: 'Remove it from the address.',
    }
  }
  into.plain[name] = value
  return null
}

function isDay(value: string): boolean {
  return dayForm.test(value) && !Number.isNaN(Date.parse(`${value}T00:00:00Z`))
}

function notUnderstood(name: string, value: string, fix: string): Problem {
  return {
    code: 'parameter-not-understood',
    message: `"${clip(value)}" is not a value of "${name}". It was left out.`,
    where: name,
    fix,
  }
}

function clip(text: string): string {
  return text.length > 60 ? `${text.slice(0, 59)}…` : text
}

/** Parameters -> URL text without `?`, in one order, so that equal views have equal addresses. */
export function printParameters(parameters: Parameters): string {
  const parts: [string, string][] = []
  if (parameters.metrics.length > 0) parts.push(['m', parameters.metrics.join(',')])
  if (parameters.by.length > 0) parts.push(['by', parameters.by.join(',')])
  for (const condition of parameters.where) parts.push(['where', printCondition(condition)])
  for (const name of ['from', 'to', 'as_of', 'grain', 'compare'] as const) {
    const value = parameters[name]
    if (value) parts.push([name, value])
  }
  if (parameters.sort) parts.push(['sort', `${parameters.sort.descending ? '-' : ''}${parameters.sort.by}`])
  for (const name of plainNames) {
    const value = parameters.plain[name]
    if (value) parts.push([name, value])
  }
  return parts.map(([name, value]) => `${name}=${urlText(value)}`).join('&')
}

/** Readable in the address bar: `=`, `,` and `!` need no escape inside a query value. */
function urlText(value: string): string {
  return encodeURIComponent(value).replace(/%(3D|2C|3A)/g, (code) => decodeURIComponent(code))
}

/**
 * `channel=chat,email` (one of), `market!=DE` (none of), `age=18..30` (between), `channel=` (not set), `channel!=` (set).
 * A comma, backslash, quote or `..` inside a value carries a backslash; an empty text is `""`.
 */
export function parseCondition(text: string): Condition | null {
  const match = /^([a-z][a-z0-9_.]*)(!?=)(.*)$/s.exec(text)
  if (!match) return null
  const [, dimension = '', sign, rest = ''] = match
  if (rest === '') return { dimension, op: sign === '=' ? 'is_null' : 'not_null', values: [] }
  const { values, between } = splitValues(rest)
  if (between) {
    if (sign !== '=' || values.length !== 2) return null
    return { dimension, op: 'between', values: values.map(numberOrText) }
  }
  return { dimension, op: sign === '=' ? 'in' : 'not_in', values }
}

/** What a mark stands for (`data-filter`): one condition a line; a cell of a heat map stands for two. */
export function parseConditions(text: string): Condition[] {
  return text.split('\n').flatMap((line) => parseCondition(line) ?? [])
}

function splitValues(text: string): { values: string[]; between: boolean } {
  const values: string[] = []
  let current = ''
  let between = false
  for (let i = 0; i < text.length; i++) {
    if (text[i] === '\\') current += text[++i] ?? ''
    else if (text[i] === ',') {
      values.push(current)
      current = ''
    } else if (text[i] === '.' && text[i + 1] === '.' && !between && values.length === 0) {
      between = true
      values.push(current)
      current = ''
      i++
    } else if (text[i] === '"' && text[i + 1] === '"') i++
    else current += text[i]
  }
  values.push(current)
  return { values, between }
}

function numberOrText(value: string): string | number {
  return /^-?\d{1,15}(\.\d{1,10})?$/.test(value) && String(Number(value)) === value ? Number(value) : value
}

/** A condition as text: what `parseCondition` reads. */
export function printCondition(condition: Condition): string {
  const { dimension, op, values } = condition
  if (op === 'is_null') return `${dimension}=`
  if (op === 'not_null') return `${dimension}!=`
  const texts = values.map(escapeValue)
  if (op === 'between') return `${dimension}=${texts.join('..')}`
  return `${dimension}${op === 'in' ? '=' : '!='}${texts.join(',')}`
}

function escapeValue(value: string | number | boolean): string {
  const text = String(value)
  if (text === '') return '""'
  return text
    .replace(/[\\,"]/g, '\\$&')
    .replace(/\.(?=\.|$)/g, '\\.')
    .replace(/^\./, '\\.')
}

/** The same parameters with one change: what a link on a page holds. `cursor` falls, since it belongs to one list. */
export function withParameters(parameters: Parameters, change: Partial<Parameters>): Parameters {
  const { cursor: _cursor, ...plain } = parameters.plain
  return { ...parameters, ...change, plain: { ...plain, ...change.plain } }
}

/** Adds a value to the filter of its dimension ("or" inside a dimension, "and" between); a second time takes it away. */
export function toggleCondition(where: Condition[], dimension: string, value: string, exclude = false): Condition[] {
  const op = exclude ? 'not_in' : 'in'
  const found = where.find((each) => each.dimension === dimension && each.op === op)
  if (!found) return [...where, { dimension, op, values: [value] }]
  const had = found.values.map(String).includes(value)
  const values = had ? found.values.filter((each) => String(each) !== value) : [...found.values, value]
  const rest = where.filter((each) => each !== found)
  return values.length > 0 ? [...rest, { ...found, values }] : rest
}

/** The part of a query that every tile of a page shares. */
export function scopeOf(parameters: Parameters): Pick<Query, 'where' | 'range' | 'as_of' | 'compare'> {
  const { where, from, to, as_of, compare } = parameters
  return {
    ...(where.length > 0 && { where }),
    ...((from || to) && { range: { ...(from && { from }), ...(to && { to }) } }),
    ...(as_of && { as_of }),
    ...(compare && { compare }),
  }
}

/** A part of a process as it stands in an address: a list of texts as JSON; undefined where it is none. */
export function processPart(text: string | undefined): string[] | undefined {
  if (!text?.startsWith('[')) return undefined
  try {
    const list: unknown = JSON.parse(text)
    return Array.isArray(list) && list.every((each) => typeof each === 'string') ? (list as string[]) : undefined
  } catch {
    return undefined
  }
}
