import type { Words } from '../../config/words.ts'
import type { Figure } from '../view.ts'
import { loadBorders } from './borders.ts'
import type { Chart, ChartDrawing, ChartInput, Option } from './chart.ts'
import { liveOption } from './live.ts'
import { cleanSvg } from './svg.ts'

type Engine = typeof import('./echarts.ts')

let engine: Promise<Engine> | undefined

/** ECharts is large: it is loaded with the first chart, not with the program. */
async function loadEngine(): Promise<Engine> {
  engine ??= import('./echarts.ts')
  return engine
}

/** An option as an SVG string: the picture of the first view, of reports and of mails. */
export async function renderChart(
  option: Option,
  size: { width: number; height: number },
  text: { label: string; name: string },
  words: Words,
): Promise<string> {
  const { init } = await loadEngine()
  await loadBorders(option)
  const chart = init(null, null, { renderer: 'svg', ssr: true, ...size })
  try {
    chart.setOption(liveOption(option, words))
    return cleanSvg(chart.renderToSVGString(), option, text.label, text.name)
  } finally {
    chart.dispose()
  }
}

/** Width of the drawing inside a tile of `columns` twelfths of a usual page, and on a phone. */
export function widthsOf(columns: number): { wide: number; narrow: number } {
  return { wide: Math.round((1080 * columns) / 12 - 44), narrow: 326 }
}

/** A chart drawn twice, for a desk and for a phone, from the same frame. */
export function drawFigure(
  chart: Chart,
  input: Omit<ChartInput, 'width'>,
  columns: number,
  name: string,
  pictures = true,
): Promise<{ figure: Figure; foot: string }> {
  return drawPicture(chart.name, (width) => chart.draw({ ...input, width }), columns, name, input.words, pictures)
}

/** The same for a picture that is drawn from something else than a frame. */
export async function drawPicture(
  chart: string,
  draw: (width: number) => ChartDrawing,
  columns: number,
  name: string,
  words: Words,
  pictures = true,
): Promise<{ figure: Figure; foot: string }> {
  const widths = widthsOf(columns)
  const wide = draw(widths.wide)
  const narrow = widths.wide > 420 ? draw(widths.narrow) : null
  const text = { label: wide.label, name }
  const svg = !pictures ? '' : await renderChart(wide.option, { width: widths.wide, height: wide.height }, text, words)
  const small =
    narrow && pictures
      ? await renderChart(narrow.option, { width: widths.narrow, height: narrow.height }, text, words)
      : ''
  return {
    figure: { chart, svg, narrow: small, option: wide.option, height: wide.height, label: wide.label },
    foot: wide.foot,
  }
}
