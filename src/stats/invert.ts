import { CholeskyDecomposition, Matrix } from 'ml-matrix'

/** The inverse of a symmetric matrix, or the places of the rows that the rows before them make up. */
export type Inverse = { inverse: number[][] } | { dependent: number[] }

/**
 * Inverts a covariance or an information matrix on the scale of correlations, so that columns of very different size keep their
 * digits. A row of which less than `least` (a share) is its own is called dependent.
 */
export function invert(matrix: number[][], least = 1e-10): Inverse {
  if (matrix.length === 0) return { inverse: [] }
  const scale = matrix.map((row, i) => Math.sqrt(row[i]!))
  const correlation = Matrix.zeros(matrix.length, matrix.length)
  for (const [i, row] of matrix.entries())
    for (let j = 0; j <= i; j++) {
      const entry = i === j ? 1 : row[j]! / scale[i]! / scale[j]!
      correlation.set(i, j, entry)
      correlation.set(j, i, entry)
    }
  if (!correlation.to1DArray().every(Number.isFinite))
    return { dependent: scale.flatMap((each, i) => (each > 0 ? [] : [i])) }
  const cholesky = new CholeskyDecomposition(correlation)
  // The squared diagonal of the factor is what is left of each row once those before it are taken out.
  const own = cholesky.lowerTriangularMatrix.diagonal().map((each) => each ** 2)
  const dependent = own.flatMap((share, i) => (share >= least ? [] : [i]))
  if (dependent.length > 0) return { dependent }
  const solved = cholesky.solve(Matrix.eye(matrix.length)).to2DArray()
  return { inverse: solved.map((row, i) => row.map((each, j) => each / scale[i]! / scale[j]!)) }
}

/** The rows that are no combination of those before them, by their places, and the inverse of the matrix that they make. */
export interface Independent {
  places: number[]
  inverse: number[][]
}

/** Leaves out rows, and their columns, until the rest can be inverted; `own` as `least` of `invert`. */
export function invertIndependent(matrix: number[][], own: number): Independent {
  let places = [...matrix.keys()]
  for (;;) {
    const found = invert(
      places.map((i) => places.map((j) => matrix[i]![j]!)),
      own,
    )
    if ('inverse' in found) return { places, inverse: found.inverse }
    // The first that those before it make up; what comes after it cannot be judged before it is gone.
    places = places.filter((_, at) => at !== found.dependent[0])
  }
}
