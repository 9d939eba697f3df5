/** A box of a layered drawing; `order` is where it usually comes, `room` what it needs to its right besides its own width. */
export interface LayerNode {
  id: string
  order: number
  room: number
}

export interface LayerLink {
  from: string
  to: string
}

export interface Layering {
  /** Centre of each box, and its layer from the top. */
  places: Map<string, { x: number; layer: number }>
  /** Points of each link between the bottom of one box and the top of another, in the order of the links; none for a link to itself. */
  ways: { x: number; layer: number; side: 'top' | 'bottom' | 'through' }[][]
  layers: number
  /** Width of every box. */
  size: number
}

interface Item {
  id: string
  width: number
  x: number
  /** Indices of neighbours in the layers above and below. */
  above: string[]
  below: string[]
}

const gap = 16

/**
 * Boxes in layers from top to bottom: a box is below every box that it is linked with and that usually comes before it, whichever way the link
 * goes. Links over several layers pass each of them in a place of their own, so that they run through no box. The same boxes and links
 * give the same drawing.
 */
export function layered(nodes: LayerNode[], links: LayerLink[], width: number, pass: number): Layering {
  const sorted = nodes.toSorted((a, b) => a.order - b.order || (a.id < b.id ? -1 : 1))
  const rank = new Map(sorted.map(({ id }, index) => [id, index]))
  const spans = links.map(({ from, to }) => ((rank.get(from) ?? 0) < (rank.get(to) ?? 0) ? [from, to] : [to, from]))
  const layerOf = layersOf(sorted, spans)
  const layers = Math.max(...layerOf.values()) + 1
  const rows: Item[][] = Array.from({ length: layers }, () => [])
  for (const { id, room } of sorted) rows[layerOf.get(id) ?? 0]?.push({ id, width: room, x: 0, above: [], below: [] })
  const chains = spans.map(([upper = '', lower = ''], index) => {
    if (upper === lower) return []
    const [first, last] = [layerOf.get(upper) ?? 0, layerOf.get(lower) ?? 0]
    const inner = Array.from({ length: last - first - 1 }, (_, step) => `\u0000${index}.${step}`)
    for (const [step, id] of inner.entries())
      rows[first + 1 + step]?.push({ id, width: pass, x: 0, above: [], below: [] })
    return [upper, ...inner, lower]
  })
  const items = new Map(rows.flat().map((item) => [item.id, item]))
  for (const chain of chains)
    for (const [step, id] of chain.entries()) {
      const next = chain[step + 1]
      if (next === undefined) continue
      items.get(id)?.below.push(next)
      items.get(next)?.above.push(id)
    }
  const boxes = new Set(sorted.map(({ id }) => id))
  const size = sizeOf(rows, boxes, width)
  for (const item of items.values()) if (boxes.has(item.id)) item.width += size
  arrange(rows, items)
  straighten(rows, items, width)
  centreAll(items, width)
  const roomOf = new Map(nodes.map(({ id, room }) => [id, room]))
  // The room of a box is at its right: the box itself stands left of the middle of what it takes.
  const centre = (item: Item): number => item.x - (roomOf.get(item.id) ?? 0) / 2
  const places = new Map(sorted.map(({ id }) => [id, { x: centre(items.get(id)!), layer: layerOf.get(id) ?? 0 }]))
  return { places, ways: waysOf(chains, links, items, layerOf, size, centre), layers, size }
}

function layersOf(sorted: LayerNode[], spans: string[][]): Map<string, number> {
  const layer = new Map<string, number>()
  for (const { id } of sorted) {
    const before = spans.flatMap(([upper, lower]) =>
      lower === id && upper !== id ? [layer.get(upper ?? '') ?? 0] : [],
    )
    layer.set(id, before.length > 0 ? Math.max(...before) + 1 : 0)
  }
  return layer
}

const widest = 172

/** As wide as the fullest layer lets all boxes be. */
function sizeOf(rows: Item[][], boxes: ReadonlySet<string>, width: number): number {
  const fits = rows.map((row) => {
    const own = row.filter(({ id }) => boxes.has(id)).length
    const taken = row.reduce((sum, item) => sum + item.width, 0) + gap * (row.length - 1)
    return own === 0 ? widest : (width - taken) / own
  })
  return Math.floor(Math.max(48, Math.min(widest, ...fits)))
}

/** The order within each layer that a few sweeps over the means of neighbours leave with the fewest crossings. */
function arrange(rows: Item[][], items: Map<string, Item>): void {
  let best = rows.map((row) => [...row])
  let fewest = crossings(rows)
  for (let sweep = 0; sweep < 12 && fewest > 0; sweep++) {
    const down = sweep % 2 === 0
    const place = new Map(
      rows.flatMap((row) => row.map((item, index) => [item.id, index / Math.max(1, row.length - 1)])),
    )
    for (const row of down ? rows : rows.toReversed()) {
      const mean = new Map(row.map((item) => [item.id, meanOf(down ? item.above : item.below, place)]))
      row.sort((a, b) => (mean.get(a.id) ?? place.get(a.id)!) - (mean.get(b.id) ?? place.get(b.id)!))
      for (const [index, item] of row.entries()) place.set(item.id, index / Math.max(1, row.length - 1))
    }
    const now = crossings(rows)
    if (now < fewest) {
      fewest = now
      best = rows.map((row) => [...row])
    }
  }
  for (const [index, row] of rows.entries()) row.splice(0, row.length, ...(best[index] ?? []))
  for (const row of rows) for (const [index, item] of row.entries()) items.get(item.id)!.x = index
}

function meanOf(ids: string[], place: Map<string, number>): number | undefined {
  return ids.length > 0 ? ids.reduce((sum, id) => sum + (place.get(id) ?? 0), 0) / ids.length : undefined
}

function crossings(rows: Item[][]): number {
  let count = 0
  for (const [layer, row] of rows.entries()) {
    const next = new Map(rows[layer + 1]?.map(({ id }, index) => [id, index]))
    const ends = row.flatMap((item, index) => item.below.map((id) => [index, next.get(id) ?? 0] as const))
    for (const [a, first] of ends.entries())
      for (const second of ends.slice(a + 1)) if ((first[0] - second[0]) * (first[1] - second[1]) < 0) count++
  }
  return count
}

/** Each towards the mean of its neighbours, in its order, without overlap and inside the width. */
function straighten(rows: Item[][], items: Map<string, Item>, width: number): void {
  for (const row of rows) {
    const taken = row.reduce((sum, item) => sum + item.width, 0) + gap * (row.length - 1)
    let x = (width - taken) / 2
    for (const item of row) {
      item.x = x + item.width / 2
      x += item.width + gap
    }
  }
  for (let round = 0; round < 24; round++)
    for (const row of round % 2 === 0 ? rows : rows.toReversed()) {
      for (const item of row) {
        const near = [...item.above, ...item.below].map((id) => items.get(id)?.x ?? item.x)
        if (near.length > 0) item.x = near.reduce((sum, x) => sum + x, 0) / near.length
      }
      separate(row, width)
    }
}

function separate(row: Item[], width: number): void {
  const apart = (a: Item, b: Item): number => (a.width + b.width) / 2 + gap
  const wished = row.map(({ x }) => x)
  const pushed = [...wished]
  for (let i = 1; i < row.length; i++) pushed[i] = Math.max(pushed[i]!, pushed[i - 1]! + apart(row[i - 1]!, row[i]!))
  const pulled = [...wished]
  for (let i = row.length - 2; i >= 0; i--)
    pulled[i] = Math.min(pulled[i]!, pulled[i + 1]! - apart(row[i]!, row[i + 1]!))
  for (const [i, item] of row.entries()) item.x = (pushed[i]! + pulled[i]!) / 2
  for (const [i, item] of row.entries()) {
    const low = i === 0 ? item.width / 2 : row[i - 1]!.x + apart(row[i - 1]!, item)
    item.x = Math.max(item.x, low)
  }
  for (let i = row.length - 1; i >= 0; i--) {
    const item = row[i]!
    const high = i === row.length - 1 ? width - item.width / 2 : row[i + 1]!.x - apart(item, row[i + 1]!)
    item.x = Math.min(item.x, high)
  }
}

/** The drawing as a whole stands in the middle. */
function centreAll(items: Map<string, Item>, width: number): void {
  const all = [...items.values()]
  const left = Math.min(...all.map((item) => item.x - item.width / 2))
  const right = Math.max(...all.map((item) => item.x + item.width / 2))
  for (const item of all) item.x += (width - left - right) / 2
}

/** Where links leave a box: side by side, in the order of where they come from. */
function waysOf(
  chains: string[][],
  links: LayerLink[],
  items: Map<string, Item>,
  layerOf: Map<string, number>,
  size: number,
  centre: (item: Item) => number,
): Layering['ways'] {
  const ports = new Map<string, { link: number; x: number }[]>()
  for (const [link, chain] of chains.entries())
    for (const [end, next, side] of [
      [chain[0], chain[1], 'bottom'],
      [chain.at(-1), chain.at(-2), 'top'],
    ]) {
      if (end === undefined || next === undefined) continue
      const id = `${side} ${end}`
      ports.set(id, [...(ports.get(id) ?? []), { link, x: centre(items.get(next)!) }])
    }
  const offset = (id: string, link: number): number => {
    const list = (ports.get(id) ?? []).toSorted((a, b) => a.x - b.x || a.link - b.link)
    const step = Math.min(28, (size * 0.8) / list.length)
    return (list.findIndex((each) => each.link === link) - (list.length - 1) / 2) * step
  }
  return chains.map((chain, link) => {
    const first = layerOf.get(chain[0] ?? '') ?? 0
    const points = chain.map((id, step) => {
      const x = centre(items.get(id)!)
      const layer = first + step
      if (step === 0) return { x: x + offset(`bottom ${id}`, link), layer, side: 'bottom' as const }
      if (step === chain.length - 1) return { x: x + offset(`top ${id}`, link), layer, side: 'top' as const }
      return { x, layer, side: 'through' as const }
    })
    return links[link]?.from === chain[0] ? points : points.toReversed()
  })
}
