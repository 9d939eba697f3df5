import { formatNumber } from '../../config/format.ts'
import { say, type Words } from '../../config/words.ts'
import { delayText, estimateText } from '../../insights/driver-labels.ts'
import type { DelayStep } from '../../insights/drivers.ts'
import type { ChartDrawing, Option } from './chart.ts'
import { textWidth, wrapNames } from './points.ts'
import { digitsOf, niceScale } from './scale.ts'
import { base, colour, hitSeries, intervalLines, nameAxis, numbersSeries, quiet, valueAxis } from './style.ts'

/** Mean score by how long it took, the quickest on top: dots with intervals, in colour beyond a threshold that is real. */
export function drawDelaySteps(
  steps: DelayStep[],
  about: { title: string; cut: number | null; foot: string },
  words: Words,
  width: number,
): ChartDrawing {
  const labels = steps.map(({ from, to }) => delayText(from, to, words))
  const { names, width: left, lines } = wrapNames(labels, width * 0.38)
  const texts = steps.map(({ mean }) => formatNumber(mean.value, words, 2))
  const right = textWidth(texts) + 6
  const ends = steps.flatMap(({ mean }) => [mean.low, mean.high])
  const scale = niceScale(Math.min(...ends), Math.max(...ends), 'score', width < 420 ? 4 : 6)
  const tips = steps.map(
    ({ mean, n }, at) => `${labels[at]}: ${estimateText(mean, 'score', words)}, n = ${formatNumber(n, words)}`,
  )
  const isBeyond = ({ from }: DelayStep) => about.cut !== null && from >= about.cut
  return {
    option: base({
      grid: { left: left + 14, right, top: 4, bottom: 26, containLabel: false },
      xAxis: valueAxis(scale, 'score', digitsOf(scale.step, 'score')),
      yAxis: nameAxis(names, 10),
      series: [
        hitSeries(tips.map((tip) => ({ value: scale.max, tip }))),
        ...[true, false].map((beyond) => dotsOf(steps, (each) => isBeyond(each) === beyond, beyond)),
        numbersSeries(steps.map(({ mean }, at) => ({ value: [mean.high, at], label: { formatter: texts[at] } }))),
      ],
    }),
    height: steps.length * (lines > 1 ? 32 : 26) + 30,
    label: say(words, 'pages.drivers.says', { title: about.title, list: tips.join('; ') }),
    foot: about.foot,
  }
}

function dotsOf(steps: DelayStep[], isOne: (step: DelayStep) => boolean, beyond: boolean): Option {
  const shown = steps.flatMap((step, at) => (isOne(step) ? [{ mean: step.mean, at }] : []))
  return {
    type: 'scatter',
    symbolSize: 9,
    silent: true,
    z: 6,
    itemStyle: { color: beyond ? colour.accent : colour.mark, opacity: 1 },
    ...quiet,
    data: shown.map(({ mean, at }) => ({ value: [mean.value, at] })),
    markLine: intervalLines(
      beyond ? colour.interval : 'var(--hatch)',
      shown.map(({ mean, at }) => [{ coord: [mean.low, at] }, { coord: [mean.high, at] }]),
    ),
  }
}
