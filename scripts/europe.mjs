// Makes the map of Europe: src/pages/charts/europe.ts (what a chart must know of each country) and europe-shapes.ts (its outline,
// loaded with the first map). From Natural Earth's public domain borders in `world-atlas`, projected (Lambert azimuthal equal area
// about 52° N 10° E, the one of European statistics), thinned, and cut at the frame. Same input, same bytes.
import { writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { areaOf, placeOf, thin, written } from './outlines.mjs'

const require = createRequire(import.meta.url)
const atlas = require('world-atlas/countries-50m.json')
const { feature } = require('topojson-client')

/** Kilometres from the centre. Iceland to the Urals' near side, Crete to the North Cape; overseas parts fall outside. */
const frame = { left: -1850, right: 2500, bottom: -1950, top: 2230 }
/** Kilometres that a thinned line may stray, and below which an island is left out (a country's largest part never is). */
const tolerance = 7
const smallest = 900

/** ISO 3166: number in the atlas, alpha-2, alpha-3. Kosovo has no number; XK and XKX are what statistics use. */
const countries =
  `008 AL ALB,020 AD AND,040 AT AUT,112 BY BLR,056 BE BEL,070 BA BIH,100 BG BGR,191 HR HRV,196 CY CYP,203 CZ CZE,
208 DK DNK,233 EE EST,234 FO FRO,246 FI FIN,250 FR FRA,276 DE DEU,300 GR GRC,348 HU HUN,352 IS ISL,372 IE IRL,833 IM IMN,380 IT ITA,
428 LV LVA,438 LI LIE,440 LT LTU,442 LU LUX,470 MT MLT,498 MD MDA,492 MC MCO,499 ME MNE,528 NL NLD,807 MK MKD,578 NO NOR,616 PL POL,
620 PT PRT,642 RO ROU,643 RU RUS,674 SM SMR,688 RS SRB,703 SK SVK,705 SI SVN,724 ES ESP,752 SE SWE,756 CH CHE,792 TR TUR,804 UA UKR,
826 GB GBR,336 VA VAT,- XK XKX`
    .split(',')
    .map((each) => each.trim().split(' '))

const radians = Math.PI / 180
function project([longitude, latitude]) {
  const [lambda, phi, phi0] = [(longitude - 10) * radians, latitude * radians, 52 * radians]
  const cos = Math.sin(phi0) * Math.sin(phi) + Math.cos(phi0) * Math.cos(phi) * Math.cos(lambda)
  const k = 6371 * Math.sqrt(2 / (1 + cos))
  return [
    k * Math.cos(phi) * Math.sin(lambda),
    k * (Math.cos(phi0) * Math.sin(phi) - Math.sin(phi0) * Math.cos(phi) * Math.cos(lambda)),
  ]
}

/** Sutherland and Hodgman: the ring inside the frame. */
function cut(ring) {
  const edges = [
    [0, frame.left, 1],
    [0, frame.right, -1],
    [1, frame.bottom, 1],
    [1, frame.top, -1],
  ]
  let points = ring.slice(0, -1)
  for (const [axis, limit, side] of edges) {
    const inside = (point) => (point[axis] - limit) * side >= 0
    const next = []
    points.forEach((point, i) => {
      const before = points[(i + points.length - 1) % points.length]
      if (inside(point) !== inside(before)) {
        const t = (limit - before[axis]) / (point[axis] - before[axis])
        next.push([before[0] + t * (point[0] - before[0]), before[1] + t * (point[1] - before[1])])
      }
      if (inside(point)) next.push(point)
    })
    points = next
  }
  return points
}

/** Kilometres that half of a line of text takes up and down. */
const halfLine = 55

const { scale, translate } = atlas.transform
const arcs = atlas.arcs.map((arc) => {
  let [x, y] = [0, 0]
  const points = arc.map(([dx, dy]) => {
    x += dx
    y += dy
    return project([x * scale[0] + translate[0], y * scale[1] + translate[1]])
  })
  return thin(points, tolerance)
})
const topology = { ...atlas, transform: undefined, arcs }

const made = countries.map(([number, code, alpha3]) => {
  const geometry = atlas.objects.countries.geometries.find((each) =>
    number === '-' ? each.properties.name === 'Kosovo' : each.id === number,
  )
  if (!geometry) throw new Error(`world-atlas has no country ${number} (${code}).`)
  const { geometry: shape } = feature(topology, geometry)
  const polygons = shape.type === 'Polygon' ? [shape.coordinates] : shape.coordinates
  const rings = polygons
    .map(([outer]) => cut(outer).map((point) => point.map(Math.round)))
    .map((ring) => ring.filter((point, i) => i === 0 || point.join() !== ring[i - 1].join()))
    .filter((ring) => ring.length > 2 && areaOf(ring) !== 0)
    .toSorted((a, b) => Math.abs(areaOf(b)) - Math.abs(areaOf(a)))
  const kept = rings.filter((ring, i) => i === 0 || Math.abs(areaOf(ring)) >= smallest)
  // What a line of this scale leaves nothing of is drawn as a small square: a market is never lost.
  if (kept.length === 0) {
    const [x, y] = project(centreOf(geometry)).map(Math.round)
    kept.push([
      [x - 12, y - 12],
      [x - 12, y + 12],
      [x + 12, y + 12],
      [x + 12, y - 12],
    ])
  }
  const { x, y, room } = placeOf(kept[0], halfLine)
  return { code, alpha3, x: Math.round(x), y: Math.round(y), room: Math.round(room), rings: written(kept) }
})

function centreOf(geometry) {
  const { geometry: shape } = feature(atlas, geometry)
  const ring = shape.type === 'Polygon' ? shape.coordinates[0] : shape.coordinates[0][0]
  const mean = (axis) => ring.reduce((sum, point) => sum + point[axis], 0) / ring.length
  return [mean(0), mean(1)]
}

const says = '// Made by scripts/europe.mjs from world-atlas (Natural Earth, public domain): do not edit.'
const folder = process.env.OUT ?? join(fileURLToPath(import.meta.url), '../../src/pages/charts')
writeFileSync(
  join(folder, 'europe.ts'),
  `${says}

/** Kilometres that the map spans, and each country: ISO codes, where its number stands, the width that the number has there. */
export const europe = {
  width: ${frame.right - frame.left},
  height: ${frame.top - frame.bottom},
  countries: [
${made.map(({ code, alpha3, x, y, room }) => `    { code: '${code}', alpha3: '${alpha3}', place: [${x}, ${y}], room: ${room} },`).join('\n')}
  ],
} as const
`,
)
writeFileSync(
  join(folder, 'europe-shapes.ts'),
  `${says}

/** Corners of the drawing: without them it would be as large as the countries that it shows. */
export const corners = [[${frame.left}, ${frame.bottom}], [${frame.right}, ${frame.top}]] as const

/** Outlines by ISO code: the first point, then steps, in kilometres; rings are joined by "|". */
export const shapes: Record<string, string> = {
${made.map(({ code, rings }) => `  ${code}: '${rings}',`).join('\n')}
}
`
    .replace('[[', '[\n  [')
    .replace('], [', '],\n  [')
    .replace(']] as', '],\n] as'),
)
