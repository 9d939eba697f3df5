import type { Words } from '../config/words.ts'
import type { CheckedVersion } from '../flow/check/history.ts'
import type { Churn, ChurnQuestion, NoChurn } from '../insights/churn.ts'
import type { ConformanceEvidence } from '../insights/conformance-evidence.ts'
import type { ContactsEvidence } from '../insights/contacts-evidence.ts'
import type { DeflectionEvidence } from '../insights/deflection.ts'
import type { NoDrivers } from '../insights/drivers-evidence.ts'
import type { DueBoard, DueRisks, DueScope, DueState, NoBoard } from '../insights/due-board.ts'
import type { Feedback, FeedbackScope } from '../insights/feedback.ts'
import type { NoFindings } from '../insights/finding.ts'
import type { Gathered } from '../insights/gather.ts'
import type { IssueTrends } from '../insights/issue-trends.ts'
import type { MarginalEvidence } from '../insights/marginal-evidence.ts'
import type { MeasuredAction } from '../insights/measure-action.ts'
import type { NextMarketEvidence } from '../insights/next-market-evidence.ts'
import type { NowFigures, NowScope } from '../insights/now-windows.ts'
import type { PlaybookRule } from '../insights/playbook-rule.ts'
import type { ProcessEvidence } from '../insights/process-evidence.ts'
import type { DriverReading } from '../insights/read-drivers.ts'
import type { ProcessScope } from '../insights/read-process.ts'
import type { ContrastSides, TopicsScope } from '../insights/read-topics.ts'
import type { Segments } from '../insights/segments.ts'
import type { StaffingEvidence, StaffingScope } from '../insights/staffing-evidence.ts'
import type { SurveyKind } from '../insights/survey-rows.ts'
import type { SurvivalEvidence, SurvivalScope } from '../insights/survival-evidence.ts'
import type { TargetProcess } from '../insights/target-process.ts'
import type { TextScope } from '../insights/texts.ts'
import type { ContrastEvidence, TopicsEvidence } from '../insights/topics-evidence.ts'
import type { Value } from '../insights/value.ts'
import type { ValueFrequency } from '../insights/value-frequency.ts'
import type { MetricCatalogue, VersionFacts } from '../metrics/context.ts'
import type { Frame } from '../metrics/frame.ts'
import type { Journey } from '../metrics/journey.ts'
import type { CheckFinding, Quality } from '../metrics/ledger.ts'
import type { Premises } from '../metrics/premises.ts'
import type { Query, RowsQuery } from '../metrics/query.ts'
import type { Readiness } from '../metrics/readiness.ts'
import type { RowsPage } from '../metrics/rows.ts'
import type { DimensionValue } from '../metrics/values.ts'
import type { Cell } from '../store/store.ts'
import type { AlertsShown } from './alert-status.ts'
import type { Page } from './spec.ts'

/** A process with its steps by the ids of the model, and how cases went beside it. */
export interface Beside {
  target: TargetProcess
  evidence: ConformanceEvidence | null
}

/** The outside world of a page, passed in: the doors of `metrics/` and what the version's own tables say. */
export interface PageServices {
  runQuery(query: Query): Promise<Frame>
  readRows(query: RowsQuery): Promise<RowsPage>
  /** Values of a dimension with their labels, for filters; the most frequent first. */
  valuesOf(dimension: string): Promise<DimensionValue[]>
  findReadiness(): Promise<Readiness[]> | Readiness[]
  /** Everything of one customer, by the id of any of its records. */
  readJourney?(customer: string): Promise<Journey | null>
  /** What agents by hour are computed from. */
  readStaffing?(scope: StaffingScope): Promise<StaffingEvidence>
  /** What an agent more or less would change is computed from. */
  readMarginal?(scope: Pick<StaffingScope, 'market' | 'target'>): Promise<MarginalEvidence>
  /** What a market that is not there yet would take is computed from. */
  readNextMarket?(scope: Pick<StaffingScope, 'target'>): Promise<NextMarketEvidence>
  /** Customers by group, with how many cases they have. */
  readContacts?(): Promise<ContactsEvidence>
  /** What happened in the cases of a scope. */
  readProcess?(scope: ProcessScope): Promise<ProcessEvidence | null>
  /** Groups of customers, and value against contact. */
  findSegments?(): Promise<Segments | NoFindings>
  findValueFrequency?(): Promise<ValueFrequency | NoFindings>
  /** How long cases and customers went on, counted by time. */
  readSurvival?(scope: SurvivalScope): Promise<SurvivalEvidence>
  /** Findings of every question that needs no choice, as far as they are known within that time. */
  gatherWithin?(milliseconds: number): Promise<Gathered>
  /** What happened in the cases of a scope beside a process that they should follow, by id or the first there is; null where none is written down. */
  readConformance?(question: { scope: ProcessScope; against?: string }): Promise<Beside | null>
  /** Rules of the playbook, built in and the project's own. */
  playbook?: readonly PlaybookRule[]
  /** What was decided about recommendations; not there where no project keeps it. */
  readActions?(): Promise<MeasuredAction[]>
  /** What is watched; not there where no project keeps it. */
  readAlerts?(): Promise<AlertsShown>
  /** What people write about. */
  readTopics?(scope: TopicsScope): Promise<TopicsEvidence | null>
  /** Cases of a topic by month beside those of the others, by its id or one of its words. */
  readDeflection?(topic: string): Promise<DeflectionEvidence>
  /** Words of the sides of a contrast. */
  readTextContrast?(scope: TextScope & { sides: ContrastSides }): Promise<ContrastEvidence | null>
  /** Who is likely to leave, as far as the data tell. */
  readChurn?(question: ChurnQuestion): Promise<Churn | NoChurn>
  /** What goes with good and bad scores, over all answers. */
  readDrivers?(question: { metric: SurveyKind }): Promise<DriverReading | NoDrivers>
  /** What of the cases rises or falls. */
  findIssueTrends?(): Promise<IssueTrends | NoFindings>
  /** What became of customers by how they had been served. */
  findValue?(): Promise<Value | NoFindings>
  /** Open cases by the time left until the next promise is missed. */
  readDueBoard?(scope: DueScope & { state?: DueState; limit: number; offset?: number }): Promise<DueBoard | NoBoard>
  /** What customers wrote, with what became of it. */
  readFeedback?(scope: FeedbackScope): Promise<Feedback | null>
  /** How many of them are over or soon will be, by agent and market. */
  readDueRisks?(scope: DueScope): Promise<DueRisks | NoBoard>
  /** Shares of the last minutes, hour and day beside earlier weeks. */
  readNow?(scope: NowScope): Promise<NowFigures | null>
  facts: PageFacts
  words: Words
  /** False where only numbers and sentences are wanted: drawing is a third of a small page's time. */
  pictures?: boolean
  catalogue: MetricCatalogue
  version: VersionFacts
  /** Every page there is: a link is drawn only to one that exists. */
  pages: readonly Page[]
}

export type Scalar = Cell

/** Plain functions over the bookkeeping tables of a version. */
export interface PageFacts {
  loads(): Promise<LoadFact[]>
  columns(): Promise<ColumnFact[]>
  rejects(limit: number): Promise<{ total: number; reasons: RejectReason[]; sample: RejectFact[] }>
  checkResults(): Promise<CheckFact[]>
  /** How good the data are. */
  quality?(): Promise<Quality>
  /** What the numbers rest on besides their rows. */
  premises?(): Promise<Premises>
  /** What this version and those before it were found to be, oldest first; not there for files that were named directly. */
  history?(): Promise<CheckedVersion[]>
  /**
   * Rows of a table whose id or link is this value, typed and masked like those of `readRows`. Where it is not given, a case is found
   * by searching for its id, and what links to it stays unknown.
   */
  rowsBy?(table: string, column: string, value: string, columns?: string[]): Promise<RowsPage>
  /** The source record of a row as it came, where the server can read it again. */
  recordOf?(
    load: string,
    record: number,
  ): Promise<{ line: number | null; values: Record<string, string | null> } | null>
}

export interface LoadFact {
  id: string
  source: string
  path: string
  hash: string
  bytes: number
  form: string
  encoding: string | null
  pack: string | null
  fills: string | null
  records: number
  mapped: number
  rejected: number
  duplicate: number
  superseded: number
  skipped: number
  landed_at: string | null
}

export interface ColumnFact {
  load: string
  position: number
  name: string
  type: string
  missing: number
  /** Null for free text of large files, where it is not counted. */
  distinct_values: number | null
  lowest: string | null
  highest: string | null
  mean: string | null
  top: { value: string; count: number }[]
  shape: number[]
  sensitivity: string
  fills: { column: string; expression: string; where: string; failed: number }[]
}

export interface RejectReason {
  reason: string
  scope: string
  column: string | null
  count: number
}

export interface RejectFact {
  load: string
  record: number | null
  line: number | null
  scope: string
  column: string | null
  reason: string
  message: string
  raw: string | null
}

/** `sentence` and `effect` in the viewer's language where the check's own words give them. */
export type CheckFact = Omit<CheckFinding, 'sentence' | 'effect'> & Partial<Pick<CheckFinding, 'sentence' | 'effect'>>
