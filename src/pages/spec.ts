import { z } from 'zod'
import { checked } from '../config/check.ts'
import { doubledParts } from '../config/doubles.ts'
import type { Document } from '../config/yaml.ts'
import type { Problem } from '../errors.ts'
import { survivalKinds } from '../insights/survival-lives.ts'
import { chartFaults } from './chart-faults.ts'
import { chartNames, encodeSchema, name, querySchema } from './chart-spec.ts'

const id = z.string().regex(/^[a-z][a-z0-9_-]*$/, 'an id is lower case letters, digits, - and _')

const common = {
  id,
  /** English; other languages by `pages.<page>.<tile>.title`. */
  title: z.string().min(1).optional(),
  /** Columns of a grid of twelve. */
  width: z.number().int().min(2).max(12).default(12),
  /** A tile whose metric cannot be known: leave it out, or say why it is not there. */
  when_refused: z.enum(['hide', 'show']).default('hide'),
}

const chartTile = z.strictObject({
  ...common,
  kind: z.literal('chart'),
  chart: z.enum(chartNames),
  query: querySchema,
  encode: encodeSchema.default({}),
  /** Periods to look ahead, on a line without a split. Drawn only where a back-test speaks for it; the tile says which. */
  forecast: z.number().int().min(1).max(60).optional(),
})

const kpiTile = z.strictObject({
  ...common,
  kind: z.literal('kpi'),
  width: z.number().int().min(2).max(12).default(3),
  metric: name,
  /** Parts of a count in words: `2,769 closed · 2,881 pending`. */
  parts: name.optional(),
  /** Small picture below the number. */
  spark: z.enum(['meter', 'trend', 'none']).default('meter'),
})

const rowsTile = z.strictObject({
  ...common,
  kind: z.literal('rows'),
  /** Absent where the address names a metric: then its table, with all columns that hold something. */
  table: id.optional(),
  columns: z.array(name).min(1).optional(),
  /** Only the rows that count in this metric, whatever the address says. */
  metric: name.optional(),
  order: z.strictObject({ by: name, descending: z.boolean().optional() }).optional(),
  limit: z.number().int().min(1).max(500).default(50),
})

const listed = <Kind extends string>(kind: Kind) =>
  z.strictObject({ ...common, kind: z.literal(kind), limit: z.number().int().min(1).max(500).optional() })

const readinessTile = z.strictObject({
  ...common,
  kind: z.literal('readiness'),
  /** Fields that are listed first where they are missing: those that a study or a team asks for. */
  first: z.array(name).default([]),
  /** How many stand open; the others can be unfolded. */
  limit: z.number().int().min(1).max(500).default(12),
})

const breakdownTile = z.strictObject({
  ...common,
  kind: z.literal('breakdown'),
  metric: name,
  by: name,
})

/** Each group of a split against all others or the step before it in an order, or its last full month against its first. */
const gapsTile = z.strictObject({
  ...common,
  kind: z.literal('gaps'),
  metric: name,
  by: name,
  against: z.enum(['others', 'step_before', 'first_month']).default('others'),
})

/** Why the metric of the address moved between the dates and what they are compared with. */
const changeTile = z.strictObject({
  ...common,
  kind: z.literal('change'),
  /** Where the address names none. */
  metric: name,
  show: z.enum(['parts', 'groups', 'dimensions']),
})

/** One table of what matters: a number, or the group that is first or last by it. */
const keyFactorsTile = z.strictObject({
  ...common,
  kind: z.literal('key_factors'),
  factors: z
    .array(
      z.strictObject({
        id,
        metric: name,
        /** Name the group with the lowest or highest value instead of the value. */
        by: name.optional(),
        pick: z.enum(['lowest', 'highest']).default('lowest'),
        /** English; other languages by `pages.<page>.<tile>.<factor>`. */
        title: z.string().optional(),
      }),
    )
    .min(1),
})

/** Groups by several measures side by side, each with its place. */
const ranksTile = z.strictObject({
  ...common,
  kind: z.literal('ranks'),
  by: name,
  metrics: z.array(name).min(1),
})

/** Do measures put the groups in the same order? One measure against each of the others, by their rank correlation. */
const agreementTile = z.strictObject({
  ...common,
  kind: z.literal('agreement'),
  by: name,
  metric: name,
  with: z.array(name).min(1).max(4),
  /** Only while the viewer splits the page by this dimension. */
  only_when_split: z.boolean().default(false),
})

const channelOfQueue = z.enum(['call', 'chat'])

const targetOfQueue = z.strictObject({ share: z.number().gt(0).lt(1), within: z.number().min(0) }).optional()
const concurrencyOfQueues = z.partialRecord(channelOfQueue, z.number().min(1).max(20)).default({})
const handleOfQueues = z
  .record(
    z.string().regex(/^(call|chat)(\.(talk|hold|wrapup))?$/, 'write call: 300 or call.wrapup: 30'),
    z.number().min(0),
  )
  .default({})

/** Agents by hour of the week for one channel; with `shift` what it takes when a part of it comes by another. */
const staffingTile = z.strictObject({
  ...common,
  kind: z.literal('staffing'),
  channel: channelOfQueue,
  /** In place of what is promised: 80/20 is `{ share: 0.8, within: 20 }`. */
  target: targetOfQueue,
  /** Paid time that is not for customers, in place of what the states of agents show, or 30 %. */
  shrinkage: z.number().min(0).lt(1).optional(),
  /** Contacts at a time for one agent, by channel. */
  concurrency: concurrencyOfQueues,
  /** Seconds in place of what is not recorded: `call: 300`, `call.wrapup: 30`. */
  handle: handleOfQueues,
  /** In place of the hours: agents of so many weeks to come, by a forecast of the contacts. */
  weeks: z.number().int().min(1).max(26).optional(),
  shift: z
    .strictObject({
      to: channelOfQueue,
      share: z.number().gt(0).max(1),
      /** Contacts of these priorities do not move. */
      keep_priority: z.array(name).default([]),
    })
    .optional(),
})

/** Queues of all markets, or of all teams, by how much one agent more or less changes. */
const marginalTile = z.strictObject({
  ...common,
  kind: z.literal('marginal'),
  by: z.enum(['market', 'team']).default('market'),
  target: targetOfQueue,
  concurrency: concurrencyOfQueues,
  handle: handleOfQueues,
  /** Hours a week that an agent works: the busiest of the queue. */
  agent_hours: z.number().int().min(1).max(168).default(40),
})

/** Agents by hour of the week of a market that is not there yet, by analogy with named ones. */
const nextMarketTile = z.strictObject({
  ...common,
  kind: z.literal('next_market'),
  channel: channelOfQueue.default('call'),
  /** Markets that it is like: two and more, since one does not say how much markets differ. */
  like: z.array(z.string().min(1)).min(2),
  /** That it will have. */
  customers: z.number().int().min(1),
  /** First hour that is open and first that is not; left out: whenever contacts come elsewhere. */
  hours: z
    .strictObject({ from: z.number().int().min(0).max(23), to: z.number().int().min(1).max(24) })
    .refine(({ from, to }) => from < to, { message: 'the hours end before they begin' })
    .optional(),
  /** A queue of its own for each, with its share of the contacts: `{ de: 0.6, fr: 0.4 }`. */
  languages: z
    .record(z.string(), z.number().gt(0).max(1))
    .refine((shares) => Math.abs(Object.values(shares).reduce((sum, each) => sum + each, 0) - 1) < 0.005, {
      message: 'the shares of the languages add up to 1',
    })
    .optional(),
  target: targetOfQueue,
  shrinkage: z.number().min(0).lt(1).optional(),
  concurrency: concurrencyOfQueues,
  handle: handleOfQueues,
})

/**
 * The process of the cases: the map, where they wait, in which sequences they go, or their steps; or beside the process that they should
 * follow, the map against it and where they part.
 */
const processTile = z.strictObject({
  ...common,
  kind: z.literal('process'),
  show: z.enum(['map', 'waits', 'variants', 'steps', 'target', 'deviations', 'questions']).default('map'),
  /** Of `target` and `deviations`: a process of `catalog/processes/`; by default the first of them. */
  against: id.optional(),
  limit: z.number().int().min(1).max(200).default(20),
})

/** Groups of customers: who they are, what sets them apart, how many hold; their own segments likewise; and value against contact. */
const segmentsTile = z.strictObject({
  ...common,
  kind: z.literal('segments'),
  show: z.enum(['groups', 'profile', 'choice', 'commercial', 'commercial_profile', 'value']).default('groups'),
})

/** How long until an answer, a solution or a leaving, with those counted that are still open: as curves, or what the curves come to. */
const survivalTile = z.strictObject({
  ...common,
  kind: z.literal('survival'),
  about: z.enum(survivalKinds),
  /** A curve for each value. */
  by: name.optional(),
  show: z.enum(['curves', 'summary']).default('curves'),
})

/** Findings of every question that needs no choice of the viewer. */
const insightsTile = z.strictObject({
  ...common,
  kind: z.literal('insights'),
  /** Of each question. */
  limit: z.number().int().min(1).max(50).default(4),
})

/** What the playbook recommends: the first few, or all with what speaks for each. */
const actionsTile = z.strictObject({
  ...common,
  kind: z.literal('actions'),
  show: z.enum(['next', 'all']).default('next'),
  limit: z.number().int().min(1).max(500).optional(),
})

/** What people write about: the topics, texts that one answer would do for, or words that set sides apart. */
const topicsTile = z.strictObject({
  ...common,
  kind: z.literal('topics'),
  show: z.enum(['topics', 'candidates', 'contrast']).default('topics'),
  /** Subjects and descriptions of cases, or comments of surveys. */
  of: z.enum(['cases', 'comments']).default('cases'),
  /** Of a contrast: `csat`, or a dimension whose values are each set against the others. */
  by: name.default('csat'),
  limit: z.number().int().min(1).max(50).default(20),
})

/** Whether fewer cases of a topic came since a FAQ, saved reply or bot went live. */
const deflectionTile = z.strictObject({
  ...common,
  kind: z.literal('deflection'),
  /** Id of a topic, or one of its words. */
  topic: z.string().min(1),
  /** The day it went live. */
  since: z.string().refine((text) => /^\d{4}-\d{2}-\d{2}$/.test(text) && !Number.isNaN(Date.parse(text)), {
    message: 'a day, such as 2026-03-01',
  }),
})

/** Who is likely to leave: the customers, what goes with it, groups, or what the risks were worth. */
const churnTile = z.strictObject({
  ...common,
  kind: z.literal('churn'),
  show: z.enum(['risks', 'drivers', 'calibration', 'lift', 'groups']).default('risks'),
  /** Days ahead; chosen from what the data span where it is not given. */
  horizon: z.number().int().min(7).max(730).optional(),
  /** Of `groups`: by which column of customers. */
  group: z.enum(['segment', 'market', 'region']).optional(),
  limit: z.number().int().min(1).max(100).default(25),
})

const scored = z.enum(['csat', 'nps', 'ces'])

/** What explains good and bad scores: over all answers, whatever the filters. */
const driversTile = z.strictObject({
  ...common,
  kind: z.literal('drivers'),
  metric: scored.default('csat'),
  show: z.enum(['snapshot', 'importance', 'priorities', 'odds', 'segments', 'matrix']).default('importance'),
})

/** Values of fields that go with good and with bad scores. */
const signalsTile = z.strictObject({
  ...common,
  kind: z.literal('signals'),
  metric: scored.default('csat'),
  limit: z.number().int().min(1).max(100).default(16),
})

/** What cases are about and how it moves: a picture of what moves most, or all of it. */
const trendsTile = z.strictObject({
  ...common,
  kind: z.literal('trends'),
  show: z.enum(['picture', 'table']).default('picture'),
})
/** What became of customers afterwards, by how they had been served: revenue and leaving. */
const valueTile = z.strictObject({ ...common, kind: z.literal('value') })

/** Open cases by the time left until the next promise is missed. */
const dueBoardTile = z.strictObject({
  ...common,
  kind: z.literal('due_board'),
  limit: z.number().int().min(1).max(500).default(50),
})

/** What customers wrote in surveys, by topic or product, with what became of it. */
const feedbackTile = z.strictObject({
  ...common,
  kind: z.literal('feedback'),
  /** Comments of a list; of each group while there are several. */
  limit: z.number().int().min(1).max(200).default(25),
  of_each: z.number().int().min(1).max(50).default(4),
})

/** How many open cases are over, or soon will be, by group. */
const dueRisksTile = z.strictObject({ ...common, kind: z.literal('due_risks'), by: z.enum(['agent', 'market']) })

/** Shares of the last minutes, the last hour and today beside the same time of earlier weeks. */
const nowTile = z.strictObject({
  ...common,
  kind: z.literal('now'),
  metrics: z.array(name).min(1).max(8),
  /** A row for each value. */
  by: name.optional(),
})

export const tileSchema = z.discriminatedUnion('kind', [
  chartTile,
  kpiTile,
  rowsTile,
  breakdownTile,
  gapsTile,
  changeTile,
  keyFactorsTile,
  ranksTile,
  agreementTile,
  staffingTile,
  marginalTile,
  nextMarketTile,
  listed('contacts'),
  processTile,
  segmentsTile,
  insightsTile,
  survivalTile,
  topicsTile,
  deflectionTile,
  churnTile,
  driversTile,
  signalsTile,
  trendsTile,
  valueTile,
  dueBoardTile,
  feedbackTile,
  dueRisksTile,
  nowTile,
  listed('findings'),
  listed('quality'),
  actionsTile,
  listed('decisions'),
  listed('alerts'),
  listed('deliveries'),
  readinessTile,
  listed('profile'),
  listed('loads'),
  listed('rejects'),
  listed('lineage'),
  listed('case'),
  listed('journey'),
  listed('definitions'),
])

/** What a page's opening sentence is computed from. */
const headlineSchema = z.discriminatedUnion('says', [
  z.strictObject({
    says: z.literal('overview'),
    count: z.array(name).min(1),
    /** The first that misses its target beyond doubt is told. */
    metrics: z.array(name),
    /** What might explain it. */
    by: z.array(name),
  }),
  z.strictObject({
    says: z.literal('promises'),
    /** Shares of promises kept; the lowest is told. */
    metrics: z.array(name).min(1),
    /** Where it is lowest: the first of these that makes a difference. */
    by: z.array(name),
    /** How many can still be broken soon. */
    risk: name.optional(),
  }),
  z.strictObject({
    says: z.literal('figures'),
    /** Told with their values, in this order; by `pages.headline.figure.<metric>`, else by their labels. */
    metrics: z.array(name).min(1),
  }),
  z.strictObject({ says: z.literal('page') }),
  /** The sentence of the first tile. */
  z.strictObject({ says: z.literal('tile') }),
  z.strictObject({ says: z.literal('rows') }),
  z.strictObject({ says: z.literal('case') }),
  z.strictObject({ says: z.literal('journey') }),
  z.strictObject({ says: z.literal('process') }),
  z.strictObject({ says: z.literal('data') }),
  z.strictObject({ says: z.literal('definitions') }),
  z.strictObject({ says: z.literal('breakdown') }),
])

/** A page as an analyst writes it: `catalog/pages/*.yaml`. */
export const pageSchema = z.strictObject({
  page: id,
  /** Id of a page that this one takes the place of, on purpose. */
  replaces: id.optional(),
  title: z.string().min(1),
  /** `measure`, `understand`, `decide`, `trust`: where the sidebar lists it; absent for pages reached by a link. */
  group: z.enum(['measure', 'understand', 'decide', 'trust']).optional(),
  order: z.number().int().default(100),
  /** May it be the page that opens first? One that is about the moment is not what a file is opened for. */
  start: z.boolean().default(true),
  /** What the quiet number in the sidebar counts. */
  count: z.enum(['cases', 'findings', 'metrics']).optional(),
  /** Listed only where alerts are kept: in a project. */
  only_with: z.enum(['alerts']).optional(),
  /** Listed only when this model table has rows. */
  table: id.optional(),
  /** Listed only when these model columns hold values: `cases.market or customers.market`. */
  needs: z.array(z.string().min(1)).default([]),
  filters: z.array(name).default([]),
  /** Offer a date range? */
  dates: z.boolean().default(false),
  headline: headlineSchema.default({ says: 'page' }),
  tiles: z.array(tileSchema).min(1),
})

export type Page = z.infer<typeof pageSchema>
export type Tile = Page['tiles'][number]
export type TileKind = Tile['kind']
export type TileOf<Kind extends TileKind> = Extract<Tile, { kind: Kind }>

/** A YAML document as a page; `null` when it does not fit, with every fault and its line in `problems`. */
export function parsePage(document: Document, problems: Problem[]): Page | null {
  const page = checked(pageSchema as z.ZodType<Page>, document.value, document, problems)
  if (!page) return null
  const before = problems.length
  problems.push(
    ...doubledParts('tile', page.tiles, 'tiles', document),
    ...page.tiles.flatMap((tile, i) => (tile.kind === 'chart' ? chartFaults(tile, document, ['tiles', i]) : [])),
  )
  return problems.length === before ? page : null
}
