import { lengthOf } from '../../../src/calendar.ts'
import {
  formatCents,
  formatChance,
  formatDate,
  formatDuration,
  formatNumber,
  formatShort,
  formatTight,
  formatValue,
  type Unit,
} from '../../../src/config/format.ts'
import { say, type Words } from '../../../src/config/words.ts'
import { findChange } from '../../../src/insights/change.ts'
import { changeKindOf, readChange } from '../../../src/insights/change-frames.ts'
import { sayChange } from '../../../src/insights/change-words.ts'
import type { Finding } from '../../../src/insights/finding.ts'
import { evidenceOf } from '../../../src/insights/gather.ts'
import { findPlaybook, type Playbook } from '../../../src/insights/playbook.ts'
import { readPlaybook } from '../../../src/insights/read-playbook.ts'
import { saidSure } from '../../../src/insights/said-sure.ts'
import type { MetricContext } from '../../../src/metrics/context.ts'
import type { Frame, FrameRow, MetricCell } from '../../../src/metrics/frame.ts'
import { readQuality } from '../../../src/metrics/ledger.ts'
import { missingOf } from '../../../src/metrics/needs.ts'
import { shownScore } from '../../../src/metrics/quality-score.ts'
import type { Query } from '../../../src/metrics/query.ts'
import { periodLabel } from '../../../src/pages/charts/periods.ts'
import { noParameters } from '../../../src/pages/parameters.ts'
import { type Report, takenTiles } from '../../../src/pages/report-spec.ts'
import { resolvePage } from '../../../src/pages/resolve.ts'
import type { PageServices } from '../../../src/pages/services.ts'
import type { Page, Tile } from '../../../src/pages/spec.ts'
import { foundOf, sentenceOf } from '../../../src/pages/tiles/findings.ts'
import { labelOfDimension } from '../../../src/pages/tiles/table.ts'
import type { TileContext } from '../../../src/pages/tiles/tile.ts'
import type { TableView, TileView } from '../../../src/pages/view.ts'
import { raw } from '../../../src/sql/sql.ts'
import type { Block, BlockOf, ReportDocument, Section, Source } from '../../../src/surfaces/report/document.ts'

/** What a number of a report was found to be. */
export type Ground =
  /** A cell of a table or a key number, equal to its place in a fresh answer. */
  | 'cell'
  /** In a sentence: a value of a fresh answer, or a sum, share, difference or quotient of some. */
  | 'query'
  /** In a finding or recommendation that was found anew, word for word. */
  | 'finding'
  /** In the bookkeeping of the version, read by SQL. */
  | 'facts'
  /** In the definition of a metric. */
  | 'definition'
  /** Of an insight that is no query: the tile asked anew says the same. */
  | 'tile'
  /** In a name that somebody wrote: a title, a label, a value of the data. */
  | 'word'
  | 'date'
  /** Its place in a list. */
  | 'ordinal'

export interface Fault {
  section: string
  text: string
  number: string
}

export interface Trace {
  grounds: Record<Ground, number>
  faults: Fault[]
  /** Sentences of charts whose numbers come from more than their cells, so that only the tile asked anew says the same. */
  retold: string[]
}

/** Everything that a report may say, asked anew: another connection, other memory. */
export interface World {
  report: Report
  context: MetricContext
  services: PageServices
}

type Known = Map<string, Ground>

/** Every number that is printed, and what it was found to be; what is found nowhere is a fault. */
export async function traceReport(document: ReportDocument, world: World): Promise<Trace> {
  const tracer = await makeTracer(document, world)
  for (const section of document.sections) for (const block of section.blocks) await tracer.block(block, section)
  tracer.label(document.title, 'title')
  return tracer.trace
}

async function makeTracer(document: ReportDocument, world: World) {
  const { services, context } = world
  const { words } = services
  const trace: Trace = {
    grounds: { cell: 0, query: 0, finding: 0, facts: 0, definition: 0, tile: 0, word: 0, date: 0, ordinal: 0 },
    faults: [],
    retold: [],
  }
  const names = namesOf(world)
  const insights = once(() => insightsOf(world))
  const facts = once(() => factsOf(context))
  const frames = new Map<string, Promise<Frame>>()
  const frameOf = (query: Query): Promise<Frame> => {
    const key = JSON.stringify(query)
    if (!frames.has(key)) frames.set(key, services.runQuery(query))
    return frames.get(key)!
  }

  /** Counts what is known, answers the numbers that are not. */
  const scan = (text: string, known: Known, phrases: readonly string[] = [], ground: Ground = 'finding'): string[] => {
    // Where a line may break says nothing of a number.
    let rest = text.replaceAll('\u00a0', ' ')
    for (const each of phrases) {
      const phrase = each.replaceAll('\u00a0', ' ')
      if (!rest.includes(phrase)) continue
      trace.grounds[ground] += numbersIn(phrase)
      rest = rest.replaceAll(phrase, '¤')
    }
    return unknownIn(rest, known, (found) => {
      trace.grounds[found]++
    })
  }
  const fault = (section: string, text: string, numbers: string[]): void => {
    for (const number of numbers) trace.faults.push({ section, text, number })
  }
  /** Titles and labels are names: they stand in the catalogue, the words or the data. */
  const label = (text: string, section: string): void => {
    if (!/\d/.test(text)) return
    if (names.has(text)) trace.grounds.word += numbersIn(text)
    else fault(section, text, [text])
  }

  const grounds = new Map<string, ReturnType<typeof groundOf>>()
  async function knownOf(source: Source | undefined, section: Section, own: readonly string[]) {
    const key = `${section.id} ${JSON.stringify(source)}`
    if (!grounds.has(key)) grounds.set(key, groundOf(source, section))
    const { known, phrases } = await grounds.get(key)!
    return { known, phrases: longestFirst([...phrases, ...own]) }
  }

  async function groundOf(source: Source | undefined, section: Section): Promise<{ known: Known; phrases: string[] }> {
    const known: Known = new Map(constants(words))
    const phrases: string[] = []
    for (const query of source?.queries ?? []) {
      const frame = await frameOf(query)
      addFrame(known, frame, query, words)
      phrases.push(...frame.verdicts.map(({ sentence }) => sentence))
      phrases.push(...frame.rows.flatMap((row) => query.metrics.map((id) => cellAt(row, id).refused?.message ?? '')))
    }
    await addMoves(known, source?.queries ?? [], frameOf, words)
    const ids = [...(source?.finding ? [source.finding] : []), ...(source?.findings ?? [])]
    if (ids.length > 0 || source?.findings) {
      const all = await insights()
      phrases.push(...ids.flatMap((id) => all.texts.get(id) ?? []), ...all.refusals)
      const shown = section.blocks.filter(({ source: each }) => each?.finding && ids.includes(each.finding)).length
      for (const count of [ids.length, ids.length - shown, shown, all.kindsOf(ids), all.refusedKinds])
        known.set(formatNumber(count, words), 'finding')
    }
    for (const [text, ground] of await facts().then((each) => each.of(source?.facts, words, world)))
      known.set(text, ground)
    if (source?.facts === 'checks') phrases.push(...(await checkTexts(world)))
    if (source?.facts === 'premises') phrases.push(...(await premiseTexts(world)))
    if (source?.tile?.startsWith('change/')) phrases.push(...(await changeTexts(source, world)))
    return { known, phrases }
  }

  /** Of a sentence that its cells do not explain, the tile asked anew has to say the same. */
  async function retold(text: string, source: Source | undefined): Promise<boolean> {
    const tile = source?.tile && (await tileAnew(source.tile, document, world))
    if (!tile) return false
    const texts = [
      tile.reading,
      tile.caution,
      tile.foot,
      tile.verdict?.sentence,
      contentSentence(tile),
      tile.problem?.message,
      tile.problem?.fix,
    ]
    if (!texts.some((each) => each && (each === text || text.includes(each)))) return false
    trace.grounds.tile += numbersIn(text)
    if (source.queries?.length) trace.retold.push(`${tile.kind} ${tile.figure?.chart ?? ''}: ${text}`)
    return true
  }

  async function sentence(
    text: string,
    source: Source | undefined,
    section: Section,
    own: readonly string[] = [],
  ): Promise<void> {
    if (!/\d/.test(text)) return
    if (names.has(text)) return label(text, section.id)
    const { known, phrases } = await knownOf(source, section, own)
    const before = { ...trace.grounds }
    const unknown = scan(text, known, phrases)
    if (unknown.length === 0) return
    if (await retold(text, source)) {
      trace.grounds = { ...before, tile: trace.grounds.tile }
      return
    }
    fault(section.id, text, unknown)
  }

  async function table(block: BlockOf<'table'>, section: Section): Promise<void> {
    const { table: printed, source } = block
    for (const column of printed.columns) label(column.label, section.id)
    const [query] = source?.queries ?? []
    const frame = query && source?.queries?.length === 1 ? await frameOf(query) : null
    if (frame && query && isOfFrame(printed, frame, query)) return strictTable(printed, frame, query, section)
    const anew = source?.tile ? await tileAnew(source.tile, document, world) : null
    for (const [at, row] of printed.rows.entries())
      for (const [place, { text }] of row.entries()) {
        if (!/\d/.test(text)) continue
        const { known, phrases } = await knownOf(source, section, [])
        const unknown = scan(text, known, phrases)
        if (unknown.length === 0) continue
        const same = anew?.table?.rows[at]?.[place]?.text === text
        if (same) trace.grounds.tile += unknown.length
        else fault(section.id, `${block.title}: ${row.map((each) => each.text).join(' | ')}`, unknown)
      }
  }

  /** Every cell in its place: row by its groups and period, column by its metric. */
  function strictTable(printed: TableView, frame: Frame, query: Query, section: Section): void {
    const keys = [...(query.by ?? []), ...(query.grain ? ['period'] : [])]
    for (const row of printed.rows) {
      const at = (id: string) => row[printed.columns.findIndex((column) => column.id === id)]!
      const found = frame.rows.find((each) => keys.every((key) => String(at(key).value) === keyAt(each, key)))
      for (const [place, column] of printed.columns.entries()) {
        if (keys.includes(column.id)) continue
        const expected = found ? expectedCell(frame, found, column.id, words) : null
        const { text } = row[place]!
        if (expected?.includes(text)) trace.grounds.cell += numbersIn(text)
        else
          fault(section.id, `${printed.caption} ${row.map((each) => each.text).join(' | ')}`, [
            `${column.id}: ${text}, expected ${expected?.join(' or ')}`,
          ])
      }
      for (const key of keys) trace.grounds[key === 'period' ? 'date' : 'word'] += numbersIn(at(key).text)
    }
  }

  async function block(each: Block, section: Section): Promise<void> {
    const { source } = each
    switch (each.kind) {
      case 'paragraph':
        return sentence(each.text, source, section)
      case 'heading':
        return label(each.text, section.id)
      case 'list':
        for (const item of each.items) await sentence(item, source, section)
        return
      case 'numbers':
        for (const number of each.numbers) {
          label(number.label, section.id)
          const frame = await frameOf(number.query)
          const cell = cellAt(frame.rows[0], number.query.metrics[0]!)
          const unit = frame.metrics[number.query.metrics[0]!]!.unit
          if (number.value === formatValue(cell.value, unit, words)) trace.grounds.cell++
          else fault(section.id, `${number.label} ${number.value}`, [number.value])
          for (const text of [...number.facts, ...(number.standing ? [number.standing.text] : [])])
            await sentence(text, { queries: [number.query] }, section)
        }
        return
      case 'figure':
        label(each.title, section.id)
        await sentence(each.caption, source, section)
        return sentence(each.note, source, section)
      case 'table':
        label(each.title, section.id)
        await sentence(each.caption, source, section)
        return table(each, section)
      case 'refusal':
        label(each.title, section.id)
        await sentence(each.why, source, section)
        return sentence(each.fix, source, section)
      case 'finding':
        for (const text of [each.claim, each.sure, each.evidence, ...each.limits])
          await sentence(text, { finding: source!.finding }, section)
        return
      case 'recommendation':
        trace.grounds.ordinal++
        await sentence(each.do, { finding: source!.finding }, section)
        for (const part of each.parts) await sentence(part.text, { finding: source!.finding }, section)
        return
      case 'definition': {
        const texts = (await Promise.all((source?.queries ?? []).map(frameOf))).flatMap((frame) =>
          Object.values(frame.metrics).flatMap((card) => [
            card.definition,
            card.numerator,
            card.denominator,
            card.population,
            card.interval,
            card.label,
            card.defined_at,
          ]),
        )
        label(each.term, section.id)
        const own = texts.flatMap((text) => text ?? [])
        const isMetric = own.length > 0
        for (const text of [each.says, ...each.parts.map((part) => part.text)]) {
          if (isMetric && own.includes(text)) trace.grounds.definition += numbersIn(text)
          else await sentence(text, source, section, isMetric ? own : [...names].filter((name) => /\d/.test(name)))
        }
      }
    }
  }
  return { block, label, trace }
}

const once = <Value>(ask: () => Promise<Value>): (() => Promise<Value>) => {
  let answer: Promise<Value> | undefined
  return () => (answer ??= ask())
}

/** A phrase within another is not taken out of it first. */
const longestFirst = (phrases: readonly string[]): string[] =>
  [...new Set(phrases)].filter((each) => /\d/.test(each)).toSorted((a, b) => b.length - a.length)

const numbersIn = (text: string): number => (text.match(/\d[\d.,\u00a0\u202f]*/g) ?? []).length

const starts = new WeakMap<Known, Map<string, string[]>>()

/** Known texts by their first digit. */
function startsOf(known: Known): Map<string, string[]> {
  const found = starts.get(known) ?? new Map<string, string[]>()
  if (!starts.has(known)) {
    for (const each of known.keys()) {
      const list = found.get(each[0]!) ?? []
      list.push(each)
      found.set(each[0]!, list)
    }
    starts.set(known, found)
  }
  return found
}

/** Numbers that no known text begins at; the longest known text at a place wins. */
function unknownIn(text: string, known: Known, count: (ground: Ground) => void): string[] {
  const byStart = startsOf(known)
  const unknown: string[] = []
  for (let at = 0; at < text.length; at++) {
    if (!/\d/.test(text[at]!)) continue
    const found = (byStart.get(text[at]!) ?? [])
      .filter((each) => text.startsWith(each, at) && !/^(\d|[.,\u202f]\d)/.test(text.slice(at + each.length)))
      .toSorted((a, b) => b.length - a.length)[0]
    const length = found?.length ?? /^\d[\d.,\u00a0\u202f]*/.exec(text.slice(at))![0].length
    if (found) count(known.get(found)!)
    else unknown.push(text.slice(at, at + length))
    at += length - 1
  }
  return unknown
}

/** From its first digit on: signs and words before it are the sentence's. */
function add(known: Known, text: string, ground: Ground): void {
  const from = text.slice(Math.max(0, text.search(/\d/))).replaceAll('\u00a0', ' ')
  if (/\d/.test(from) && !known.has(from)) known.set(from, ground)
}

function constants(words: Words): [string, Ground][] {
  // The level of every interval.
  return [
    [formatValue(0.95, 'ratio', words).replace(/[.,]0/, ''), 'word'],
    ['95 %', 'word'],
    ['95\u00a0%', 'word'],
    ['95%', 'word'],
  ]
}

function forms(value: number, unit: Unit, words: Words): string[] {
  const own = [
    formatValue(value, unit, words),
    formatShort(value, unit, words),
    formatShort(value, unit, words, 1e7),
    formatTight(value, unit, words),
  ]
  if (unit === 'money') own.push(formatCents(value, words))
  if (unit === 'ratio')
    own.push(
      formatNumber(value * 100, words, 1),
      formatNumber(value * 100, words, 0),
      `${formatNumber(value * 100, words, 0)}%`,
    )
  if (unit === 'count') own.push(formatNumber(value, words, 1))
  if (unit === 'score' || unit === 'number' || unit === 'points')
    own.push(formatNumber(value, words, 1), formatNumber(value, words, 2))
  return own
}

function addFrame(known: Known, frame: Frame, query: Query, words: Words): void {
  for (const id of query.metrics) {
    const card = frame.metrics[id]
    if (!card) continue
    const { unit } = card
    const put = (value: number | null | undefined, as: Unit = unit): void => {
      if (typeof value === 'number') for (const form of forms(Math.abs(value), as, words)) add(known, form, 'query')
    }
    const cells = frame.rows.map((row) => cellAt(row, id))
    const values = cells.flatMap(({ value }) => value ?? [])
    const whole = frame.rows.flatMap((row) => (isPartial(row) ? [] : (cellAt(row, id).value ?? [])))
    for (const cell of cells) {
      put(cell.value)
      for (const value of [cell.low, cell.high, cell.change, cell.previous, cell.target, card.target?.value]) put(value)
      for (const value of [cell.n, cell.numerator, cell.denominator]) put(value, 'count')
      put(cell.per_unit, 'number')
      if (cell.low !== undefined && cell.high !== undefined) put((cell.high - cell.low) / 2)
      if (card.target && cell.value !== null) put(cell.value - card.target.value)
    }
    const ns = cells.map(({ n }) => n ?? 0)
    const asked = ns.reduce((sum, n) => sum + n, 0)
    put(asked, 'count')
    for (const two of [ns.slice(0, 2), ns.slice(-2)]) put(two.reduce((sum, n) => sum + n, 0) / asked, 'ratio')
    for (const part of [values, whole]) {
      const total = part.reduce((sum, value) => sum + value, 0)
      put(total)
      if (total !== 0) for (const value of part) put(value / total, 'ratio')
      for (const count of [part.length, part.filter((value) => value > 0).length]) put(count, 'count')
    }
    if (values.length <= 60)
      for (const a of values)
        for (const b of values) {
          put(a - b)
          if (b !== 0 && a !== b) put(a / b, 'number')
        }
  }
  for (const { p, q, statistic, df, n, n_min, family } of frame.verdicts) {
    for (const chance of [p, q]) if (chance !== null) add(known, formatChance(chance, words), 'query')
    for (const value of [statistic]) if (value !== null) add(known, formatNumber(value, words, 2), 'query')
    for (const value of [df, n, n_min, family.size]) if (value !== null) add(known, formatNumber(value, words), 'query')
  }
  for (const labels of Object.values(frame.labels)) for (const label of Object.values(labels)) add(known, label, 'word')
  for (const row of frame.rows) {
    for (const by of query.by ?? []) if (row[by] !== null) add(known, String(row[by]), 'word')
    const start = keyAt(row, 'period')
    if (query.grain && start !== 'null')
      for (const text of [periodLabel(start.slice(0, 10), query.grain, words), formatDate(start.slice(0, 10), words)])
        add(known, text, 'date')
  }
  if (frame.as_of) add(known, formatDate(frame.as_of, words), 'date')
  const { from, to } = query.range ?? {}
  for (const day of [from, to]) if (day) add(known, formatDate(day, words), 'date')
  if (from && to) add(known, formatNumber(lengthOf({ from, to }), words), 'date')
}

/** The same metric in two periods: what lies between them. */
async function addMoves(
  known: Known,
  queries: readonly Query[],
  frameOf: (query: Query) => Promise<Frame>,
  words: Words,
): Promise<void> {
  for (const [at, query] of queries.entries()) {
    const before = queries[at - 1]
    const [metric = ''] = query.metrics
    if (!before?.range || !query.range || before.metrics[0] !== metric) continue
    const [from, to] = await Promise.all([frameOf(before), frameOf(query)])
    const unit = to.metrics[metric]?.unit
    const [a, b] = [cellAt(from.rows[0], metric).value, cellAt(to.rows[0], metric).value]
    if (unit && a !== null && b !== null)
      for (const form of forms(Math.abs(b - a), unit, words)) add(known, form, 'query')
  }
}

const isPartial = (row: FrameRow): boolean => {
  const { period } = row
  return period !== null && typeof period === 'object' && 'partial' in period && period.partial
}

function cellAt(row: FrameRow | undefined, metric: string): MetricCell {
  const cell = row?.[metric]
  return cell !== null && typeof cell === 'object' && 'value' in cell ? cell : { value: null }
}

function keyAt(row: FrameRow, key: string): string {
  const value = row[key]
  if (value !== null && typeof value === 'object') return 'start' in value ? value.start : 'null'
  return String(value ?? null)
}

/** Does every column name a group, the period, or a part of a metric? */
function isOfFrame(table: TableView, frame: Frame, query: Query): boolean {
  const keys = [...(query.by ?? []), ...(query.grain ? ['period'] : [])]
  if (!keys.every((key) => table.columns.some(({ id }) => id === key))) return false
  return (
    table.columns.every(({ id }) => keys.includes(id) || partOf(frame, id) !== null) &&
    frame.rows.length >= table.rows.length
  )
}

const parts = ['share', 'n', 'interval', 'per_unit', 'previous', 'change'] as const

function partOf(frame: Frame, column: string): { metric: string; part: (typeof parts)[number] | 'value' } | null {
  if (frame.metrics[column]) return { metric: column, part: 'value' }
  const part = parts.find((each) => column.endsWith(`_${each}`) && frame.metrics[column.slice(0, -each.length - 1)])
  return part ? { metric: column.slice(0, -part.length - 1), part } : null
}

/** How a cell may be written: money to the cent or whole. */
function expectedCell(frame: Frame, row: FrameRow, column: string, words: Words): string[] | null {
  const found = partOf(frame, column)
  if (!found) return null
  const { metric, part } = found
  const { unit } = frame.metrics[metric]!
  const cell = cellAt(row, metric)
  const total = frame.rows.reduce((sum, each) => sum + (cellAt(each, metric).value ?? 0), 0)
  switch (part) {
    case 'value':
      return [formatValue(cell.value, unit, words), ...(unit === 'money' ? [formatCents(cell.value, words)] : [])]
    case 'previous':
      return [formatValue(cell.previous, unit, words)]
    case 'share':
      return [cell.value === null || total <= 0 ? '–' : formatValue(cell.value / total, 'ratio', words)]
    case 'n':
      return [formatValue(cell.n, 'count', words)]
    case 'per_unit':
      return [formatValue(cell.per_unit, 'points', words)]
    case 'change':
      return null
    case 'interval':
      return cell.low === undefined || cell.high === undefined
        ? ['–']
        : [
            words.language === 'fr'
              ? `${formatValue(cell.low, unit, words)} à ${formatValue(cell.high, unit, words)}`
              : `${formatValue(cell.low, unit, words)} to ${formatValue(cell.high, unit, words)}`,
          ]
  }
}

/** Whatever is a name and no number: words of the product, titles of pages, labels of metrics, dimensions and columns, files. */
function namesOf({ services, context, report }: World): Set<string> {
  const { words, catalogue, pages } = services
  const texts = [...Object.values(words.messages), ...Object.values(words.fallback)]
  const titles = [
    ...pages.flatMap(({ tiles }) => tiles),
    ...report.chapters.flatMap((each) => (each.kind === 'tiles' ? each.tiles : [])),
  ]
  const named = new Set(texts.filter((text) => !text.includes('{')))
  for (const tile of titles) if (typeof tile !== 'string' && 'title' in tile && tile.title) named.add(tile.title)
  for (const metric of catalogue.metrics.values()) named.add(say(words, `metrics.${metric.id}.label`)).add(metric.label)
  void context
  return named
}

interface Insights {
  texts: Map<string, string[]>
  refusals: string[]
  refusedKinds: number
  kindsOf(ids: readonly string[]): number
}

/** Findings and recommendations, found anew, each with every text that it may be told by. */
async function insightsOf({ services }: World): Promise<Insights> {
  const { words } = services
  const { answers } = await services.gatherWithin!(600_000)
  const findings = answers.flatMap((each) => each.findings)
  const tile = tileContext(services)
  const checkResults = async () =>
    (await foundOf(tile)).map((each) => ({ ...each, sentence: sentenceOf(each, tile)[0] }))
  const rules = services.playbook ?? []
  const playbook = findPlaybook(
    rules,
    await readPlaybook(rules, {}, { ...services, words, checkResults }, evidenceOf(answers)),
    words,
  )
  const found = new Set(findings.map(({ kind }) => kind))
  const kinds = [...new Set(answers.map(({ kind }) => kind))]
  const refused = answers.filter(({ kind, refused }) => refused && !found.has(kind))
  return {
    texts: new Map([
      ...findings.map((each): [string, string[]] => [each.id, findingTexts(each, words)]),
      ...playbookTexts(playbook),
    ]),
    refusals: refused.map((each) => each.refused!.refused),
    refusedKinds: kinds.filter((kind) => answers.every((each) => each.kind !== kind || each.refused)).length,
    kindsOf: (ids) => new Set(findings.filter(({ id }) => ids.includes(id)).map(({ kind }) => kind)).size,
  }
}

function findingTexts({ claim, evidence, limits, confidence }: Finding, words: Words): string[] {
  return [claim, evidence, saidSure(confidence, words), ...limits]
}

function playbookTexts({ recommendations, silent }: Playbook): [string, string[]][] {
  return [
    ...recommendations.map((each): [string, string[]] => [
      each.id,
      [
        each.do,
        ...sentences(each.evidence),
        each.effect.text,
        ...sentences(each.effect.text),
        each.effort.because,
        each.check.text,
        ...each.concerned,
      ],
    ]),
    ...silent.map((each): [string, string[]] => [each.id, [each.do, each.sentence, ...sentences(each.sentence)]]),
  ]
}

const sentences = (text: string): string[] => text.split(/(?<=[.!?]) (?=\p{Lu})/u)

function tileContext(services: PageServices): TileContext {
  const page = { page: 'none', title: '', tiles: [], headline: { says: 'page' } } as unknown as Page
  return { page, path: '/none', parameters: noParameters(), scope: {}, services, words: services.words }
}

/** The bookkeeping of the version by SQL, written in every way that a sentence may write it. */
async function factsOf(context: MetricContext) {
  const rows = (text: string) => context.store.rows(raw(text))
  const loads = await rows(
    'SELECT count(*)::INT AS files, sum(records)::INT AS records, sum(mapped)::INT AS mapped, sum(rejected)::INT AS rejected FROM cx.loads',
  )
  const each = await rows('SELECT records, mapped, rejected, duplicate, superseded, skipped FROM cx.loads')
  const rejects = await rows('SELECT count(*)::INT AS n FROM cx.rejects GROUP BY reason, scope, "column"')
  const checks = await rows('SELECT found, checked, facts FROM cx.check_results')
  const columns = await rows(
    'SELECT c.missing, l.records, c.distinct_values, c.lowest, c.highest, c.top FROM cx.columns c JOIN cx.loads l ON l.id = c.load',
  )
  const quality = await readQuality(context)
  const of = async (kind: Source['facts'], words: Words, { services }: World): Promise<Known> => {
    const known: Known = new Map()
    for (const row of await rows('SELECT path, source FROM cx.loads'))
      for (const name of [String(row.path).split('/').at(-1)!, String(row.source)])
        if (kind === 'loads' || kind === 'checks') add(known, name, 'word')
    const put = (value: unknown, digits: number[] = [0]): void => {
      const number = Number(value)
      if (value !== null && Number.isFinite(number))
        for (const each of digits) add(known, formatNumber(number, words, each), 'facts')
    }
    if (kind === 'loads') for (const row of [...loads, ...each]) for (const value of Object.values(row)) put(value)
    if (kind === 'rejects') for (const row of rejects) put(row.n)
    if (kind === 'checks') {
      for (const { found, checked } of checks) {
        put(found)
        put(checked)
        if (Number(checked) > 0) add(known, formatValue(Number(found) / Number(checked), 'ratio', words), 'facts')
      }
      put(checks.length)
      const lines = quality.whole?.dimensions.flatMap(({ terms }) => terms) ?? []
      for (const { points, lost, weight } of lines) for (const value of [points, lost, weight]) put(value, [0, 2])
      for (const score of [quality.whole?.score, ...quality.sources.map((source) => source.quality.score)])
        if (score !== undefined) {
          put(shownScore(score), [1])
          put(score, [2])
        }
      put(
        lines.reduce((sum, { lost }) => sum + lost, 0),
        [2],
      )
      put(lines.filter(({ found }) => found === 0).length)
      put(100)
    }
    if (kind === 'columns')
      for (const { missing, records, distinct_values, lowest, highest, top } of columns) {
        put(distinct_values)
        add(known, formatValue(Number(missing) / Math.max(1, Number(records)), 'ratio', words), 'facts')
        const values = (JSON.parse(String(top ?? '[]')) as { value: string }[]).map(({ value }) =>
          value.replace(/\s+/g, ' ').trim(),
        )
        for (const value of values) add(known, value.length > 32 ? value.slice(0, 31) : value, 'word')
        for (const end of [lowest, highest])
          if (end !== null) {
            put(end, [0, 2])
            for (const form of [{ dateStyle: 'medium' }, { dateStyle: 'medium', timeStyle: 'short' }] as const)
              add(known, formatDate(String(end), words, form), 'date')
          }
      }
    if (kind === 'readiness') {
      const families = [...services.catalogue.metrics.values()].filter(
        (metric) => metric.variant === '' && !metric.quantileOf,
      )
      put(families.length)
      put(families.filter(({ needs }) => missingOf(needs, services.version.present).length === 0).length)
      const fields = await services.findReadiness()
      put(fields.length)
      for (const { unlocks } of fields) {
        put(unlocks.metrics.length)
        put(unlocks.metrics.length - 4)
      }
    }
    if (kind === 'version' || kind === 'premises') {
      const { as_of, zone } = services.version
      if (as_of) add(known, formatDate(as_of, words, { dateStyle: 'long', timeStyle: 'short', timeZone: zone }), 'date')
      const premises = await services.facts.premises?.()
      put(premises?.addresses.known)
      for (const { seconds } of premises?.promises ?? []) add(known, formatDuration(seconds, words), 'facts')
      for (const { metric, value } of premises?.targets ?? []) {
        const unit = services.catalogue.metrics.get(metric)?.unit
        if (unit) add(known, formatValue(value, unit, words), 'facts')
      }
    }
    return known
  }
  return { of }
}

/** What the checks found, told anew. */
async function checkTexts({ services, context }: World): Promise<string[]> {
  const tile = tileContext(services)
  const found = (await foundOf(tile)).flatMap((each) => sentenceOf(each, tile))
  const dimensions = (await readQuality(context)).whole?.dimensions.length ?? 0
  return [...found, say(services.words, 'pages.quality.how', { dimensions })]
}

/** Who says what was promised or aimed at. */
async function premiseTexts({ services, context }: World): Promise<string[]> {
  const promises = (await services.facts.premises?.())?.promises ?? []
  const staffing = (await services.gatherWithin!(600_000)).answers.flatMap(({ findings }) =>
    findings.filter(({ kind }) => kind === 'staffing').flatMap(({ limits }) => limits),
  )
  return [
    ...context.targets.map(({ source }) => source.replace(/\.$/, '')),
    ...promises.map(({ source }) => source.replace(/\.$/, '')),
    ...staffing,
  ]
}

/** The change of a metric between the periods of the source, found anew. */
async function changeTexts(source: Source, { services }: World): Promise<string[]> {
  const [before, after] = source.queries ?? []
  const metric = services.catalogue.metrics.get(before?.metrics[0] ?? '')
  const kind = metric && changeKindOf(metric)
  if (!metric || !kind || !before?.range?.from || !after?.range?.from) return []
  const days = {
    before: before.range as { from: string; to: string },
    after: after.range as { from: string; to: string },
  }
  const { runQuery, catalogue, version } = services
  const tile = tileContext(services)
  const change = findChange(
    await readChange({ metric, days }, kind, {
      runQuery,
      catalogue,
      version,
      labelOf: (id) => labelOfDimension(tile, id),
    }),
  )
  return 'lacks' in change ? [] : sayChange(change, services.words)
}

function contentSentence(tile: TileView): string | undefined {
  return (tile.content as { sentence?: string } | undefined)?.sentence
}

const asked = new WeakMap<World, Map<string, Promise<TileView | null>>>()

/** A tile of a page or of the report, resolved anew. */
function tileAnew(place: string, document: ReportDocument, world: World): Promise<TileView | null> {
  const known = asked.get(world) ?? new Map()
  asked.set(world, known)
  const found = known.get(place) ?? resolveAnew(place, document, world)
  known.set(place, found)
  return found
}

async function resolveAnew(place: string, document: ReportDocument, world: World): Promise<TileView | null> {
  const [pageId = '', tileId = ''] = place.split('/')
  const patient = { ...world.services, pictures: false, gatherWithin: () => world.services.gatherWithin!(600_000) }
  const pages = new Map(world.services.pages.map((page) => [page.page, page]))
  if (pageId === 'change') return changeAnew(tileId, document, world)
  const taken = world.report.chapters.flatMap((chapter) =>
    chapter.kind === 'tiles' ? takenTiles(world.report, chapter, pages) : [],
  )
  const spec = taken.find(({ page, tiles }) => page.page === pageId && tiles.some(({ id }) => id === tileId))
  const page = spec?.page ?? pages.get(pageId)
  if (!page) return null
  const tiles = tileId === '' ? page.tiles : (spec?.tiles ?? page.tiles).filter(({ id }) => id === tileId)
  const view = await resolvePage(
    { ...page, tiles, headline: tileId === '' ? page.headline : { says: 'page' } },
    '',
    patient,
    'as-written',
  )
  if (tileId === '') return { id: pageId, kind: 'page', title: '', width: 12, state: 'ok', reading: view.headline }
  return view.tiles[0] ?? null
}

/** `change/csat_mean-groups`: the groups of the change that the same chapter tells in words. */
async function changeAnew(tile: string, document: ReportDocument, world: World): Promise<TileView | null> {
  const block = document.sections
    .flatMap(({ blocks }) => blocks)
    .find(({ source }) => source?.tile === `change/${tile}`)
  const [, after] = block?.source?.queries ?? []
  const show = tile.endsWith('-groups') ? 'groups' : 'parts'
  const metric = after?.metrics[0] ?? ''
  const own: Tile = { kind: 'change', id: tile, metric, show, width: 7, when_refused: 'hide' }
  const page = { ...tileContext(world.services).page, page: world.report.report, tiles: [own] }
  const search = new URLSearchParams({
    metric,
    from: after?.range?.from ?? '',
    to: after?.range?.to ?? '',
    compare: 'previous',
  })
  const view = await resolvePage(page, search.toString(), { ...world.services, pictures: false }, 'as-written')
  return view.tiles[0] ?? null
}
