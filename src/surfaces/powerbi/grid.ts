/** Where a visual stands on its page, in pixels. */
export interface Box {
  x: number
  y: number
  width: number
  height: number
}

/** What is to be placed: columns of a grid of twelve, and how high it wants to be. */
export interface Piece {
  columns: number
  height: number
  shape: 'card' | 'chart' | 'text'
}

export const pageWidth = 1280
export const margin = 16
export const gap = 12
/** Of the slicers, left of all else. */
export const stripWidth = 192

/** The part of a page that tiles stand in: all of it, or what the strip of slicers leaves. */
export function mainOf(hasStrip: boolean): { x: number; width: number } {
  const x = hasStrip ? margin + stripWidth + gap : margin
  return { x, width: pageWidth - margin - x }
}

/**
 * Pieces in rows, in their order, each as high as its row. Cards keep to rows of their own; other rows are filled, since what stood beside them
 * on our page may not be here.
 */
export function placeTiles(pieces: Piece[], main: { x: number; width: number }, top: number): Box[] {
  const edge = (column: number) => Math.round((column * (main.width + gap)) / 12)
  const boxes: Box[] = []
  let y = top
  for (const row of rowsOf(pieces)) {
    const height = Math.max(...row.map((each) => each.height))
    const stretch = row[0]?.shape === 'card' ? 1 : 12 / columnsOf(row)
    let column = 0
    for (const { columns } of row) {
      const next = column + columns * stretch
      boxes.push({ x: main.x + edge(column), y, width: edge(next) - edge(column) - gap, height })
      column = next
    }
    y += height + gap
  }
  return boxes
}

function rowsOf(pieces: Piece[]): Piece[][] {
  const rows: Piece[][] = []
  for (const piece of pieces) {
    const row = rows.at(-1)
    const alike = row?.[0] !== undefined && (row[0].shape === 'card') === (piece.shape === 'card')
    if (row && alike && columnsOf(row) + piece.columns <= 12) row.push(piece)
    else rows.push([piece])
  }
  return rows
}

function columnsOf(row: Piece[]): number {
  return row.reduce((sum, each) => sum + each.columns, 0)
}

/** Pieces below each other, as wide as they are given. */
export function placeDown(heights: number[], x: number, top: number, width: number): Box[] {
  let y = top
  return heights.map((height) => {
    const box = { x, y, width, height }
    y += height + gap
    return box
  })
}

export function bottomOf(boxes: Box[]): number {
  return Math.max(0, ...boxes.map(({ y, height }) => y + height))
}
