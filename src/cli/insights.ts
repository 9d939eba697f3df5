import { type Command, InvalidArgumentError } from 'commander'
import { formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord } from '../config/words.ts'
import { type Forecast, findForecast, type NoForecast } from '../insights/forecast.ts'
import { type GroupKey, readHistory } from '../insights/history.ts'
import type { MetricContext } from '../metrics/context.ts'
import type { Frame, MetricCell, MetricUnit } from '../metrics/frame.ts'
import type { Grain } from '../metrics/query.ts'
import { runQuery } from '../metrics/run.ts'
import type { BackTest } from '../stats/rolling-origin.ts'
import { addActions } from './insights-actions.ts'
import { addAll } from './insights-all.ts'
import { addAnomalies } from './insights-anomalies.ts'
import { addChange } from './insights-change.ts'
import { addChurn } from './insights-churn.ts'
import { addContacts } from './insights-contacts.ts'
import { addDeflection } from './insights-deflection.ts'
import { addDrivers } from './insights-drivers.ts'
import { addProcess } from './insights-process.ts'
import { addSegments } from './insights-segments.ts'
import { addSurvival } from './insights-survival.ts'
import { addTopics } from './insights-topics.ts'
import { addTrends } from './insights-trends.ts'
import { addValue } from './insights-value.ts'
import { openModel } from './model.ts'
import { type CommonOptions, repeatable, wholeNumber, withData } from './options.ts'
import { coloured, printData, printJson, say, textTable } from './output.ts'
import { condition } from './query.ts'
import { addStaffing } from './staffing.ts'

interface ForecastOptions extends CommonOptions {
  by?: string[]
  where?: string[]
  grain: Grain
  horizon: number
}

export function addCommand(program: Command): void {
  const command = program
    .command('insights')
    .description('What the numbers say beyond themselves, one command for each question.')
    .addHelpText('after', '\nExample:\n  $ rapport insights forecast cases --grain month --horizon 6')
  const forecast = command
    .command('forecast <metric>')
    .description('What comes next, with intervals and a back-test, or why that cannot be said. 0 either way.')
  repeatable(forecast, '--by <dimension>', 'one forecast for each value of a dimension (repeatable)')
  repeatable(forecast, '--where <condition>', 'channel=chat,email  market!=DE  (repeatable; joined by "and")')
  withData(forecast)
    .option('--grain <grain>', 'day, week, month, quarter or year', 'month')
    .option('--horizon <periods>', 'how many periods ahead', horizon, 6)
    .addHelpText('after', '\nExample:\n  $ rapport insights forecast touchpoints --where channel=call --grain week')
    .action(printForecasts)
  addAll(command)
  addStaffing(command)
  addContacts(command)
  addProcess(command)
  addChange(command)
  addAnomalies(command)
  addSegments(command)
  addSurvival(command)
  addActions(command)
  addTopics(command)
  addDeflection(command)
  addChurn(command)
  addDrivers(command)
  addTrends(command)
  addValue(command)
}

function horizon(text: string): number {
  const count = wholeNumber(text)
  if (count < 1 || count > 60) throw new InvalidArgumentError('Give 1 to 60 periods.')
  return count
}

/** Groups that are forecast; a split by customer would take hours and be read by nobody. */
const mostGroups = 12

async function printForecasts(metric: string, options: ForecastOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const query = { metrics: [metric], by: options.by, where: options.where?.map(condition), grain: options.grain }
    const frame = await runQuery(query, context)
    const groups = groupsOf(frame, metric)
    const answers = groups.slice(0, mostGroups).map((group) => {
      const answer = findForecast({ frame, metric, group, horizon: options.horizon, words: context.words })
      return { group, ...answer }
    })
    if (options.json) printJson({ query, horizon: options.horizon, version: frame.version, forecasts: answers })
    else for (const { group, ...answer } of answers) printForecast(answer, group, frame, metric, context)
    if (groups.length > mostGroups)
      say(sayWord(context.words, 'say.forecast.groups', { shown: mostGroups, all: groups.length }))
  } finally {
    await version.close()
  }
}

/** The groups of the split, those with the most rows first; without a split the one that is everything. */
function groupsOf(frame: Frame, metric: string): GroupKey[] {
  const by = frame.query.by ?? []
  const sizes = new Map<string, { group: GroupKey; n: number }>()
  for (const row of frame.rows) {
    const group = Object.fromEntries(by.map((key) => [key, row[key] as GroupKey[string]]))
    const key = JSON.stringify(group)
    const n = (sizes.get(key)?.n ?? 0) + ((row[metric] as MetricCell | undefined)?.n ?? 0)
    sizes.set(key, { group, n })
  }
  if (by.length === 0) return [{}]
  return [...sizes.values()].toSorted((a, b) => b.n - a.n).map(({ group }) => group)
}

/** Whole periods before the forecast that are printed with it. */
const tail = 6

function printForecast(
  answer: Forecast | NoForecast,
  group: GroupKey,
  frame: Frame,
  metric: string,
  context: MetricContext,
): void {
  const unit = frame.metrics[metric]?.unit ?? 'number'
  const names = Object.entries(group).map(([key, value]) =>
    value === null ? '(not set)' : (frame.labels[key]?.[String(value)] ?? String(value)),
  )
  printData(coloured('bold', [frame.metrics[metric]?.label ?? metric, ...names].join(' · '), process.stdout))
  if ('refused' in answer) printData(answer.refused)
  else {
    printData(`${answer.sentence}\n\n`)
    printData(tableOfPeriods(answer, frame, metric, group, context))
  }
  if (answer.backtest) printData(`\n${tableOfTest(answer.backtest, unit, context)}`)
  printData('')
}

function tableOfPeriods(
  { points }: Forecast,
  frame: Frame,
  metric: string,
  group: GroupKey,
  { words }: MetricContext,
): string {
  const history = readHistory(frame, metric, group)
  if ('lacks' in history) return ''
  const { starts, values, unit } = history
  const text = (value: number) => formatValue(value, unit, words)
  const known = starts.map((start, at) => [start, text(values[at]!), '', '']).slice(-tail)
  const coming = points.map(({ start, value, low, high }) => [start, '', text(value), `${text(low)} … ${text(high)}`])
  const column = (id: string) => sayWord(words, `say.forecast.column.${id}`)
  const header = [column('period'), frame.metrics[metric]?.label ?? metric, column('forecast'), column('interval')]
  return textTable(header, [...known, ...coming], [false, true, true, true])
}

function tableOfTest(test: BackTest, unit: MetricUnit, { words }: MetricContext): string {
  const methods = test.season > 1 ? (['model', 'seasonal', 'naive'] as const) : (['model', 'naive'] as const)
  const rows = methods.map((method) => {
    const { mase, smape, mae } = test[method]
    return [
      sayWord(words, `say.forecast.row.${method}`),
      mase === null ? '–' : formatNumber(mase, words, 2),
      formatValue(smape, 'ratio', words),
      formatValue(mae, unit, words),
    ]
  })
  const { origins, horizon: steps } = test
  const header = [
    sayWord(words, 'say.forecast.column.method', { origins, horizon: steps }),
    'MASE',
    'sMAPE',
    sayWord(words, 'say.forecast.column.error'),
  ]
  return textTable(header, rows, [false, true, true, true])
}
