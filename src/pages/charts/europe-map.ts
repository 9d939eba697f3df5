// By its own path: from `echarts/charts` it would be bundled with the charts that need no map.
import 'echarts/lib/chart/map.js'
import { registerMap } from 'echarts/core'
import { europe } from './europe.ts'
import { corners, shapes } from './europe-shapes.ts'

let ready = false

/** Teaches ECharts the map `europe`: flat kilometres, so it is told not to project again. */
export function registerEurope(): void {
  if (ready) return
  const places = new Map<string, number[]>(europe.countries.map(({ code, place }) => [code, [...place]]))
  const features = Object.entries(shapes).map(([code, text]) => ({
    type: 'Feature' as const,
    properties: { name: code, cp: places.get(code) },
    geometry: { type: 'MultiPolygon' as const, coordinates: text.split('|').map((ring) => [pointsOf(ring)]) },
  }))
  const frame = {
    type: 'MultiPolygon' as const,
    coordinates: corners.map(([x, y]) => [
      [
        [x, y],
        [x, y],
        [x, y],
      ],
    ]),
  }
  const framed = [...features, { type: 'Feature' as const, properties: { name: '' }, geometry: frame }]
  registerMap('europe', { type: 'FeatureCollection', features: framed })
  ready = true
}

function pointsOf(ring: string): [number, number][] {
  const steps = ring.split(' ').map(Number)
  let [x, y] = [0, 0]
  const points: [number, number][] = []
  for (let i = 0; i + 1 < steps.length; i += 2) {
    x += steps[i] ?? 0
    y += steps[i + 1] ?? 0
    points.push([x, y])
  }
  return points
}
