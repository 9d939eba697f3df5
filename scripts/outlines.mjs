// What the scripts that make maps share: thinning lines, where a number stands in an outline, and how outlines are written.

/** Douglas and Peucker, on whole arcs: neighbours share them, so no gap opens between two countries. */
export function thin(points, tolerance) {
  if (points.length < 3) return points
  const [a, b] = [points[0], points.at(-1)]
  let far = 0
  let at = 0
  for (let i = 1; i < points.length - 1; i++) {
    const distance = distanceTo(points[i], a, b)
    if (distance > far) [far, at] = [distance, i]
  }
  if (far <= tolerance) return [a, b]
  return [...thin(points.slice(0, at + 1), tolerance), ...thin(points.slice(at), tolerance).slice(1)]
}

function distanceTo([x, y], [ax, ay], [bx, by]) {
  const length = (bx - ax) ** 2 + (by - ay) ** 2
  const t = length === 0 ? 0 : Math.min(1, Math.max(0, ((x - ax) * (bx - ax) + (y - ay) * (by - ay)) / length))
  return Math.hypot(x - ax - t * (bx - ax), y - ay - t * (by - ay))
}

export function areaOf(ring) {
  return ring.reduce((sum, [x, y], i) => {
    const [px, py] = ring[(i + ring.length - 1) % ring.length]
    return sum + (px * y - x * py) / 2
  }, 0)
}

/** Stretches of a ring's inside at one height. */
function stretchesAt(ring, y) {
  const xs = ring
    .flatMap(([x, py], i) => {
      const [bx, by] = ring[(i + ring.length - 1) % ring.length]
      return py > y === by > y ? [] : [x + ((y - py) / (by - py)) * (bx - x)]
    })
    .sort((one, other) => one - other)
  return xs.flatMap((x, i) => (i % 2 === 0 && i + 1 < xs.length ? [[x, xs[i + 1]]] : []))
}

/**
 * The widest stretch that is inside for the height of a line of text (half of it up, half of it down), near the middle: where a number
 * fits best. `pull`: how much narrower a stretch may be for being nearer to the middle, as a part of the height, step by step.
 */
export function placeOf(ring, halfLine, pull = 0.004) {
  const ys = ring.map((point) => point[1])
  const [low, high] = [Math.min(...ys), Math.max(...ys)]
  let best = { x: ring[0][0], y: ring[0][1], room: 0, worth: -1 }
  const half = Math.min(halfLine, (high - low) / 6)
  for (let step = 2; step <= 38; step++) {
    const y = low + ((high - low) * (step + 0.37)) / 40
    const [above, below] = [stretchesAt(ring, y + half), stretchesAt(ring, y - half)]
    for (const [a, b] of stretchesAt(ring, y))
      for (const [c, d] of above)
        for (const [e, f] of below) {
          const [left, right] = [Math.max(a, c, e), Math.min(b, d, f)]
          const worth = right - left - Math.abs(step - 20) * (high - low) * pull
          if (worth > best.worth) best = { x: (left + right) / 2, y, room: right - left, worth }
        }
  }
  return best
}

/** `x y` of the first point, then steps, all in whole units; rings joined by `|`. */
export function written(rings) {
  return rings
    .map((ring) => {
      let [px, py] = [0, 0]
      return ring
        .map(([x, y]) => {
          const step = `${x - px} ${y - py}`
          ;[px, py] = [x, y]
          return step
        })
        .join(' ')
    })
    .join('|')
}
