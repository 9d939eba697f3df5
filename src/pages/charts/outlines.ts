// By its own path: from `echarts/charts` it would be bundled with the charts that need no map.
import 'echarts/lib/chart/map.js'
import { registerMap } from 'echarts/core'

const ready = new Set<string>()

/** Teaches ECharts a map of flat units, so it is told not to project again. */
export function registerOutlines(
  map: string,
  regions: readonly { code: string; place: readonly [number, number] }[],
  corners: readonly (readonly [number, number])[],
  shapes: Record<string, string>,
): void {
  if (ready.has(map)) return
  const places = new Map<string, number[]>(regions.map(({ code, place }) => [code, [...place]]))
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
  registerMap(map, { type: 'FeatureCollection', features: framed })
  ready.add(map)
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
