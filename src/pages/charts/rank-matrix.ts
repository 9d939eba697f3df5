import { formatNumber } from '../../config/format.ts'
import type { Words } from '../../config/words.ts'
import { say } from '../../config/words.ts'
import type { Drivers } from '../../insights/drivers.ts'
import type { ChartDrawing } from './chart.ts'
import { type MatrixCell, matrix } from './matrix.ts'
import { wrapNames } from './points.ts'

const steps = 6
/** From here on a rank correlation has the darkest shade. */
const strong = 0.5

/** Service down, channels and markets across; on a phone the other way, as there are more of these. Shaded where it holds. */
export function drawRankMatrix(
  cells: Drivers['cells'],
  about: { title: string; foot: string },
  words: Words,
  width: number,
): ChartDrawing {
  const features = [...new Set(cells.map(({ label }) => label))]
  const places = [...new Set(cells.map(({ by, column }) => `${by}\n${column}`))]
  const turned = width < 420
  const [down, across] = turned ? [places, features] : [features, places]
  const known = new Map(cells.map((each) => [`${each.label}\n${each.by}\n${each.column}`, each]))
  const cellAt = (row: string, column: string): MatrixCell => {
    const found = known.get(turned ? `${column}\n${row}` : `${row}\n${column}`)
    if (!found) return { text: '', shade: 0, blank: true }
    const text = (value: number) => formatNumber(value, words, 2)
    return {
      text: text(found.rho),
      shade: found.real ? 1 + Math.min(steps - 1, Math.ceil((Math.abs(found.rho) / strong) * (steps - 1))) : 0,
      tip: `${found.label} · ${found.column}: ${say(words, 'drivers.estimate', { value: text(found.rho), low: text(found.low), high: text(found.high) })}, n = ${formatNumber(found.n, words)}`,
    }
  }
  const name = (key: string) => key.split('\n').at(-1)!
  const { names, width: left } = wrapNames(down.map(name), width * 0.3)
  const heads = wrapNames(across.map(name), ((width - left - 14) / Math.max(1, across.length) - 4) * 1.1, 3)
  return {
    option: matrix(
      names,
      heads.names,
      left,
      across.map((column) => down.map((row) => cellAt(row, column))),
    ),
    height: down.length * 34 + 20 + heads.lines * 14,
    label: say(words, 'pages.drivers.says', {
      title: about.title,
      list: cells
        .filter(({ by }) => by === '')
        .map(({ label, rho }) => `${label} ${formatNumber(rho, words, 2)}`)
        .join('; '),
    }),
    foot: about.foot,
  }
}
