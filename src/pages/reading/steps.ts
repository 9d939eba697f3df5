import { say } from '../../config/words.ts'
import { stagesOf } from '../charts/funnel.ts'
import { bridgeOf } from '../charts/waterfall.ts'
import { highestOf, isFact, type Reading, told, toldShare } from './reading.ts'

/** Between which two stages most is lost. Silent where a stage is no part of the one before: nothing was lost there. */
export const readFunnel: Reading = (input) => {
  const { frame, words } = input
  const stages = stagesOf(input).filter(({ value }) => value !== null)
  const steps = stages.slice(1).map((stage, i) => ({ from: stages[i]?.label ?? '', ...stage }))
  const most = highestOf(steps, ({ lost }) => lost ?? 0)
  if (!most?.lost || most.lostShare === null || steps.some(({ lost }) => (lost ?? 0) < 0) || most.lost <= 0)
    return undefined
  return say(words, 'pages.reading.funnel', {
    from: most.from,
    to: most.label,
    lost: told(most.lost, frame.query.metrics[0] ?? '', input),
    share: toldShare(most.lostShare, words),
    steps: steps.length,
  })
}

/** The largest step up and the largest down; what is not explained is neither. */
export const readWaterfall: Reading = (input) => {
  const { frame, words } = input
  if (!frame.query.metrics.every((id) => isFact(id, input))) return undefined
  const steps = bridgeOf(input).filter(({ kind }) => kind === 'up' || kind === 'down')
  const up = highestOf(
    steps.filter(({ value }) => (value ?? 0) > 0),
    ({ value }) => value ?? 0,
  )
  const down = highestOf(
    steps.filter(({ value }) => (value ?? 0) < 0),
    ({ value }) => -(value ?? 0),
  )
  if (!up && !down) return undefined
  const number = (value: number | null | undefined) => told(Math.abs(value ?? 0), frame.query.metrics[0] ?? '', input)
  return say(words, 'pages.reading.waterfall', {
    which: up && down ? 'both' : up ? 'up' : 'down',
    up: up?.label,
    rise: number(up?.value),
    down: down?.label,
    fall: number(down?.value),
  })
}
