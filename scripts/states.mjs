// Makes the map of the United States: src/pages/charts/states.ts (what a chart must know of each state) and states-shapes.ts (its
// outline, loaded with the first such map). From the Census Bureau's public domain borders (2017) as `us-atlas` 3 gives them out (ISC
// licence, Michael Bostock): projected (Albers equal area, Alaska and Hawaii set in below), here thinned. Same input, same bytes.
// The package is no part of the product: get it with `npm install --no-save us-atlas@3`, or say where its states-albers-10m.json is.
import { readFileSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { areaOf, placeOf, thin, written } from './outlines.mjs'

const require = createRequire(import.meta.url)
const path = process.argv[2] ?? require.resolve('us-atlas/states-albers-10m.json')
const atlas = JSON.parse(readFileSync(path, 'utf8'))
const { feature } = require('topojson-client')

/** The atlas counts pixels of 975 by 610; ours are a quarter, so that whole numbers are fine enough. */
const finer = 4
const frame = { left: -60 * finer, right: 960 * finer, top: 10 * finer, bottom: 610 * finer }
/** Units that a thinned line may stray, and below which an island is left out (a state's largest part never is). */
const tolerance = 5
const smallest = 300
/** Units that half of a line of text takes up and down. */
const halfLine = 44
/** States are as high as they are wide: a number near a border would touch the neighbour's on a phone. */
const pull = 0.007

/** FIPS number in the atlas, postal code. */
const states =
  `01 AL,02 AK,04 AZ,05 AR,06 CA,08 CO,09 CT,10 DE,11 DC,12 FL,13 GA,15 HI,16 ID,17 IL,18 IN,19 IA,20 KS,21 KY,22 LA,23 ME,
24 MD,25 MA,26 MI,27 MN,28 MS,29 MO,30 MT,31 NE,32 NV,33 NH,34 NJ,35 NM,36 NY,37 NC,38 ND,39 OH,40 OK,41 OR,42 PA,44 RI,45 SC,46 SD,
47 TN,48 TX,49 UT,50 VT,51 VA,53 WA,54 WV,55 WI,56 WY`
    .split(',')
    .map((each) => each.trim().split(' '))

const { scale, translate } = atlas.transform
const arcs = atlas.arcs.map((arc) => {
  let [x, y] = [0, 0]
  const points = arc.map(([dx, dy]) => {
    x += dx
    y += dy
    // A map counts upwards.
    return [(x * scale[0] + translate[0]) * finer, -(y * scale[1] + translate[1]) * finer]
  })
  return thin(points, tolerance)
})
const topology = { ...atlas, transform: undefined, arcs }

const made = states.map(([number, code]) => {
  const geometry = atlas.objects.states.geometries.find((each) => each.id === number)
  if (!geometry) throw new Error(`us-atlas has no state ${number} (${code}).`)
  const { geometry: shape } = feature(topology, geometry)
  const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates
  const rings = polygons
    .map(([outer]) => outer.slice(0, -1).map((point) => point.map(Math.round)))
    .map((ring) => ring.filter((point, i) => i === 0 || point.join() !== ring[i - 1].join()))
    .filter((ring) => ring.length > 2 && areaOf(ring) !== 0)
    .toSorted((a, b) => Math.abs(areaOf(b)) - Math.abs(areaOf(a)))
  const kept = rings.filter((ring, i) => i === 0 || Math.abs(areaOf(ring)) >= smallest)
  const { x, y, room } = placeOf(kept[0], halfLine, pull)
  const name = geometry.properties.name
  return { code, name, x: Math.round(x), y: Math.round(y), room: Math.round(room), rings: written(kept) }
})

const says =
  '// Made by scripts/states.mjs from us-atlas 3 (ISC licence, Michael Bostock) of U.S. Census Bureau borders (public domain): do not edit.'
const folder = process.env.OUT ?? join(fileURLToPath(import.meta.url), '../../src/pages/charts')
writeFileSync(
  join(folder, 'states.ts'),
  `${says}

/** Units that the map spans, and each state: postal code, name, where its number stands, the width that the number has there. */
export const states = {
  width: ${frame.right - frame.left},
  height: ${frame.bottom - frame.top},
  regions: [
${made.map(({ code, name, x, y, room }) => `    { code: '${code}', name: '${name}', place: [${x}, ${y}], room: ${room} },`).join('\n')}
  ],
} as const
`,
)
writeFileSync(
  join(folder, 'states-shapes.ts'),
  `${says}

/** Corners of the drawing: without them it would be as large as the states that it shows. */
export const corners = [
  [${frame.left}, ${-frame.bottom}],
  [${frame.right}, ${-frame.top}],
] as const

/** Outlines by postal code: the first point, then steps; rings are joined by "|". */
export const shapes: Record<string, string> = {
${made.map(({ code, rings }) => `  ${code}: '${rings}',`).join('\n')}
}
`,
)
