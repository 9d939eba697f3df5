/** Groups of points by their nearest centre. */
export interface Clusters {
  centres: number[][]
  /** Of each point, the place of its centre. */
  members: number[]
  /** Squared distances of the points from their centres, added up. */
  within: number
}

const mostRounds = 100

/**
 * k-means: the best of `starts` seeded starts, each spread by k-means++ and improved by Lloyd's rounds. Columns must be on one scale.
 *
 * Source: S. P. Lloyd, IEEE Transactions on Information Theory 28 (1982); D. Arthur and S. Vassilvitskii, SODA 2007.
 */
export function kMeans(points: number[][], k: number, uniform: () => number, starts = 4): Clusters {
  if (points.length < k) throw new RangeError(`${points.length} points make no ${k} groups; pass more points.`)
  let best: Clusters | null = null
  for (let start = 0; start < starts; start++) {
    const found = improve(points, spread(points, k, uniform))
    if (!best || found.within < best.within) best = found
  }
  return best!
}

/** The place of the nearest centre. */
export function nearest(point: number[], centres: number[][]): number {
  let best = 0
  let least = Number.POSITIVE_INFINITY
  for (let place = 0; place < centres.length; place++) {
    const distance = squaredDistance(point, centres[place]!, least)
    if (distance < least) {
      best = place
      least = distance
    }
  }
  return best
}

/** Plain loops: this is where all the time goes. Past `enough` the rest is not added up. */
function squaredDistance(a: number[], b: number[], enough = Number.POSITIVE_INFINITY): number {
  let sum = 0
  for (let j = 0; j < a.length && sum < enough; j++) {
    const gap = a[j]! - b[j]!
    sum += gap * gap
  }
  return sum
}

/** First centres: each next one is drawn among the points with a chance that grows with its distance from those before. */
function spread(points: number[][], k: number, uniform: () => number): number[][] {
  const centres = [points[Math.floor(uniform() * points.length)]!]
  const distances = points.map((point) => squaredDistance(point, centres[0]!))
  while (centres.length < k) {
    let left = uniform() * distances.reduce((sum, each) => sum + each, 0)
    const place = distances.findIndex((each) => {
      left -= each
      return left < 0
    })
    const centre = points[place < 0 ? points.length - 1 : place]!
    centres.push(centre)
    for (let i = 0; i < points.length; i++)
      distances[i] = Math.min(distances[i]!, squaredDistance(points[i]!, centre, distances[i]!))
  }
  return centres
}

function improve(points: number[][], first: number[][]): Clusters {
  let centres = first
  let members = points.map((point) => nearest(point, centres))
  for (let round = 0; round < mostRounds; round++) {
    centres = centresOf(points, members, centres)
    const next = points.map((point) => nearest(point, centres))
    const settled = next.every((member, i) => member === members[i])
    members = next
    if (settled) break
  }
  const within = points.reduce((sum, point, i) => sum + squaredDistance(point, centres[members[i]!]!), 0)
  return { centres, members, within }
}

/** A centre that lost all its points stays where it is. */
function centresOf(points: number[][], members: number[], before: number[][]): number[][] {
  const sums = before.map((centre) => centre.map(() => 0))
  const counts = before.map(() => 0)
  for (let i = 0; i < points.length; i++) {
    const point = points[i]!
    const sum = sums[members[i]!]!
    counts[members[i]!]!++
    for (let j = 0; j < point.length; j++) sum[j]! += point[j]!
  }
  return before.map((centre, k) => (counts[k] ? sums[k]!.map((sum) => sum / counts[k]!) : centre))
}
