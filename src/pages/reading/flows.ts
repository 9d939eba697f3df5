import { say } from '../../config/words.ts'
import { flowOf } from '../charts/flows.ts'
import { stepsOf } from '../charts/periods.ts'
import { startOfRow } from '../charts/stacks.ts'
import { isFact, type Reading, told } from './reading.ts'

/** What came in and what went out over all whole periods, and in how many of them more came in. */
export const readFlows: Reading = (input) => {
  const { frame, encode, words } = input
  const { up = [], down = [] } = encode
  const metric = up[0] ?? ''
  if (![...up, ...down].every((id) => isFact(id, input))) return undefined
  const rows = new Map(frame.rows.map((row) => [startOfRow(row), row]))
  const whole = stepsOf(frame, metric, words)
    .filter(({ partial }) => !partial)
    .flatMap(({ start }) => {
      const { ins, outs, net } = flowOf(rows.get(start), input)
      const known = [...ins, ...outs].every((each) => each !== null) && net !== null
      return known ? [{ ins: sum(ins), outs: sum(outs), net }] : []
    })
  if (whole.length === 0) return undefined
  const net = sum(whole.map((each) => each.net))
  return say(words, 'pages.reading.flows', {
    ins: told(sum(whole.map((each) => each.ins)), metric, input),
    outs: told(sum(whole.map((each) => each.outs)), metric, input),
    net: (net < 0 ? '−' : '') + told(Math.abs(net), metric, input),
    more: whole.filter((each) => each.net > 0).length,
    count: whole.length,
    kind: frame.query.grain ?? 'month',
  })
}

function sum(values: (number | null)[]): number {
  return values.reduce<number>((all, each) => all + (each ?? 0), 0)
}
