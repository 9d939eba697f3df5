/** What ECharts hands to a function that draws one item of a series: its numbers, and where they are in pixels. */
interface Pen {
  value(at: number): number
  coord(point: [number, number]): number[]
  visual(name: 'color' | 'borderColor'): string
}

type Shape = (params: unknown, pen: Pen) => Record<string, unknown>

/** Half of the circle, from nine o'clock over noon to three. */
const half = Math.PI

/**
 * Shapes that no chart of ECharts draws. An option names one, `renderItem: { shape: 'box' }`, and stays plain JSON; `liveOption` puts
 * the function in its place.
 */
export const shapes = {
  /** `[x0, x1, y0, y1]`: a rectangle between values of two axes. */
  box: (_, pen) => {
    const [ax = 0, ay = 0] = pen.coord([pen.value(0), pen.value(2)])
    const [bx = 0, by = 0] = pen.coord([pen.value(1), pen.value(3)])
    const shape = { x: Math.min(ax, bx), y: Math.min(ay, by), width: Math.abs(bx - ax), height: Math.abs(by - ay) }
    return { type: 'rect', shape, style: styleOf(pen) }
  },
  /** `[x0, y0, x1, y1, thickness]`: from the upper end of one side to the upper end of the other, as thick all the way. */
  ribbon: (_, pen) => {
    const thick = pen.value(4)
    const [ax = 0, ay = 0] = pen.coord([pen.value(0), pen.value(1)])
    const [bx = 0, by = 0] = pen.coord([pen.value(2), pen.value(3)])
    const middle = (ax + bx) / 2
    const d =
      `M${ax} ${ay}C${middle} ${ay} ${middle} ${by} ${bx} ${by}L${bx} ${by + thick}` +
      `C${middle} ${by + thick} ${middle} ${ay + thick} ${ax} ${ay + thick}Z`
    return { type: 'path', shape: { d }, style: styleOf(pen) }
  },
  /** `[x, y, from, to, inner, outer]`: part of a half ring, `from` and `to` as shares of it, the radii in pixels. */
  ring: (_, pen) => {
    const [cx = 0, cy = 0] = pen.coord([pen.value(0), pen.value(1)])
    const angle = (share: number) => half + share * half
    const [startAngle, endAngle] = [angle(pen.value(2)), angle(pen.value(3))]
    return {
      type: 'sector',
      shape: { cx, cy, r0: pen.value(4), r: pen.value(5), startAngle, endAngle, clockwise: true },
      style: styleOf(pen),
    }
  },
  /** `[x0, y0, x1, y1, thickness]`: a line that leaves and arrives straight up or down. */
  strand: (_, pen) => {
    const [ax = 0, ay = 0] = pen.coord([pen.value(0), pen.value(1)])
    const [bx = 0, by = 0] = pen.coord([pen.value(2), pen.value(3)])
    const middle = (ay + by) / 2
    const d = `M${ax} ${ay}C${ax} ${middle} ${bx} ${middle} ${bx} ${by}`
    return { type: 'path', shape: { d }, style: lineOf(pen, pen.value(4)) }
  },
  /** `[x, y, half, reach, thickness]`: out to the right of a point, and back below it. */
  loop: (_, pen) => {
    const [x = 0, y = 0] = pen.coord([pen.value(0), pen.value(1)])
    const [high, far] = [pen.value(2) / 2, pen.value(3)]
    const d = `M${x} ${y - high}C${x + far} ${y - 2 * high} ${x + far} ${y + 2 * high} ${x} ${y + high}`
    return { type: 'path', shape: { d }, style: lineOf(pen, pen.value(4)) }
  },
  /** `[x, from, to, half]`: the head of an arrow that points from one height to another. */
  tip: (_, pen) => {
    const [x = 0, from = 0] = pen.coord([pen.value(0), pen.value(1)])
    const [, to = 0] = pen.coord([pen.value(0), pen.value(2)])
    const half = pen.value(3)
    return { type: 'path', shape: { d: `M${x - half} ${from}L${x + half} ${from}L${x} ${to}Z` }, style: styleOf(pen) }
  },
  /** `[count, x, low, high, x, low, high, ...]`: what lies between two flights of steps, each as wide as to the next x; pale. */
  veil: (_, pen) => {
    const at = (step: number, part: number) => pen.value(1 + 3 * step + part)
    const steps = Array.from({ length: pen.value(0) }, (_, step) => step)
    const corner = (x: number, y: number) => pen.coord([x, y]).join(' ')
    const edge = (part: number) =>
      steps.flatMap((step) => {
        const next = step + 1 < steps.length ? [corner(at(step + 1, 0), at(step, part))] : []
        return [corner(at(step, 0), at(step, part)), ...next]
      })
    const d = `M${[...edge(1), ...edge(2).reverse()].join('L')}Z`
    return { type: 'path', shape: { d }, style: { ...styleOf(pen), opacity: 0.16 } }
  },
} satisfies Record<string, Shape>

export type ShapeName = keyof typeof shapes

function styleOf(pen: Pen): Record<string, unknown> {
  return { fill: pen.visual('color'), stroke: pen.visual('borderColor'), lineWidth: 1 }
}

function lineOf(pen: Pen, lineWidth: number): Record<string, unknown> {
  return { fill: 'none', stroke: pen.visual('color'), lineWidth }
}
