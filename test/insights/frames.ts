import { shiftPeriod } from '../../src/calendar.ts'
import type { Frame, FrameRow, MetricCard, MetricCell } from '../../src/metrics/frame.ts'
import type { Grain } from '../../src/metrics/query.ts'

/** A metric over periods as `runQuery` answers it; null is a period without a value, 'none' one without a row. */
export function frameOf(
  values: (number | null | 'none')[],
  {
    unit = 'count',
    additivity = 'additive',
    grain = 'month',
    first = '2020-01-01',
    partial = [],
    metric = 'calls',
  }: Shape = {},
): Frame {
  const rows = values.flatMap((value, at): FrameRow[] => {
    if (value === 'none') return []
    const start = shiftPeriod(first, grain, at)
    const isPartial = partial.includes(at) || partial.includes(at - values.length)
    return [{ period: { start, partial: isPartial }, [metric]: { value, n: 1 } satisfies MetricCell }]
  })
  return {
    query: { metrics: [metric], grain },
    version: 'v1',
    as_of: null,
    zone: 'UTC',
    rows,
    labels: {},
    metrics: { [metric]: { id: metric, label: 'Calls', unit, additivity } as MetricCard },
    verdicts: [],
    notes: [],
  }
}

interface Shape {
  unit?: MetricCard['unit']
  additivity?: MetricCard['additivity']
  grain?: Grain
  first?: string
  /** Positions, from the end where negative, of periods that the data does not cover. */
  partial?: number[]
  metric?: string
}
