import { formatValue } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import type { CalibrationBin } from '../../stats/calibration.ts'
import type { ChartDrawing } from './chart.ts'
import { digitsOf, niceScale } from './scale.ts'
import { base, colour, intervalLines, nameText, quiet, valueAxis } from './style.ts'

/** Stated risks across, what happened up, with intervals: on the line they were right. */
export function drawCalibration(bins: CalibrationBin[], words: Words, width: number): ChartDrawing {
  const most = Math.max(...bins.flatMap((each) => [each.stated, each.high]))
  const across = niceScale(0, most, 'ratio', width < 420 ? 4 : 6)
  const up = niceScale(0, most, 'ratio', 5)
  const end = Math.min(across.max, up.max)
  const percent = (value: number) => formatValue(value, 'ratio', words)
  const tip = (each: CalibrationBin) =>
    say(words, 'pages.churn.tip', {
      stated: percent(each.stated),
      left: percent(each.value),
      low: percent(each.low),
      high: percent(each.high),
      n: Math.round(each.n),
    })
  const line = (from: [number, number], to: [number, number]) => [{ coord: from }, { coord: to }]
  return {
    option: base({
      grid: { left: 52, right: 24, top: 30, bottom: 46, containLabel: false },
      xAxis: {
        ...valueAxis(across, 'ratio', digitsOf(across.step, 'ratio')),
        name: say(words, 'pages.churn.axis.stated'),
        nameLocation: 'middle',
        nameGap: 28,
        nameTextStyle: nameText,
      },
      yAxis: {
        ...valueAxis(up, 'ratio', digitsOf(up.step, 'ratio')),
        name: say(words, 'pages.churn.axis.left'),
        nameLocation: 'end',
        nameGap: 12,
        nameTextStyle: { ...nameText, align: 'left', padding: [0, 0, 0, -44] },
      },
      series: [
        {
          type: 'line',
          symbol: 'none',
          silent: true,
          z: 2,
          ...quiet,
          lineStyle: { type: [4, 3], width: 1, color: colour.soft },
          data: [
            [0, 0],
            [end, end],
          ],
        },
        {
          type: 'scatter',
          symbolSize: 9,
          z: 6,
          itemStyle: { color: colour.accent, opacity: 1 },
          ...quiet,
          data: bins.map((each) => ({ value: [each.stated, each.value], tip: tip(each) })),
          markLine: intervalLines(
            colour.interval,
            bins.map((each) => line([each.stated, each.low], [each.stated, each.high])),
          ),
        },
      ],
    }),
    height: width < 420 ? 260 : 320,
    label: say(words, 'pages.churn.calibration.says', { list: bins.map(tip).join('; ') }),
    foot: say(words, 'pages.churn.calibration.foot'),
  }
}
