import { CholeskyDecomposition, Matrix } from 'ml-matrix'
import { kMeans } from './k-means.ts'
import { momentsOf } from './moments.ts'
import { normalDraws } from './normal-draws.ts'

/**
 * Would one cloud without groups, of the same widths and correlations, split as well? The share of such clouds that leave no more
 * variation inside `k` groups than the points do: small where there are groups.
 *
 * Source: Y. Liu, D. N. Hayes, A. Nobel and J. S. Marron, JASA 103 (2008), cluster index against a normal distribution.
 */
export function oneCloudP(points: number[][], k: number, uniform: () => number, clouds = 39): number {
  const size = points[0]?.length ?? 0
  const { covariance } = momentsOf(
    Array.from({ length: size }, (_, j) => String(j)),
    points,
  )
  const normal = normalDraws(Math.floor(uniform() * 2 ** 31))
  // A hair of variance of its own lets a column that others make up through.
  const shape = new CholeskyDecomposition(
    new Matrix(covariance.map((row, i) => row.map((each, j) => (i === j ? each * (1 + 1e-9) + 1e-12 : each)))),
  ).lowerTriangularMatrix.to2DArray()
  const draw = () => {
    const free = Array.from({ length: size }, normal)
    return shape.map((row) => row.reduce((sum, each, j) => sum + each * free[j]!, 0))
  }
  const found = leftInside(points, k, uniform)
  let asGood = 0
  for (let cloud = 0; cloud < clouds; cloud++) if (leftInside(points.map(draw), k, uniform) <= found) asGood++
  return (asGood + 1) / (clouds + 1)
}

/** Share of the variation that is left inside the groups. */
function leftInside(points: number[][], k: number, uniform: () => number): number {
  return kMeans(points, k, uniform, 2).within / kMeans(points, 1, uniform, 1).within
}
