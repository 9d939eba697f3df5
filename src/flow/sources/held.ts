import { isFooter } from './footer.ts'

const HELD = 24
const MOST_FOOTERS = 3

/** Holds the last records of a stream back until it ends, since only then it is known whether they are footers. */
export class HeldRecords<T extends { cells?: string[] }> {
  private readonly settle: (item: T) => void
  private held: T[] = []

  constructor(settle: (item: T) => void) {
    this.settle = settle
  }

  push(item: T): void {
    this.held.push(item)
    if (this.held.length > HELD * 2) for (const early of this.held.splice(0, HELD)) this.settle(early)
  }

  /** Settles the rest, and answers the footers in the order in which they stood. */
  end(width: number): T[] {
    const footers: T[] = []
    while (footers.length < MOST_FOOTERS) {
      const last = this.held.at(-1)
      const before = this.held.slice(0, -1).flatMap((item) => (item.cells ? [item.cells] : []))
      if (!last?.cells || !isFooter(last.cells, width, before)) break
      footers.unshift(last)
      this.held.pop()
    }
    for (const item of this.held.splice(0)) this.settle(item)
    return footers
  }
}
