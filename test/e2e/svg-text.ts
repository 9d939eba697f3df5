import type { Page } from 'playwright-core'

/** Pixels that two texts may share, or stand outside: a line's box is taller than its letters. */
const slack = { across: 2, down: 4 }

/** Texts that lie on one another, or beyond the sides of their picture, in all figures of the page that are seen. */
export async function findClashes(page: Page): Promise<string[]> {
  const found = await page.locator('[data-figure] svg').evaluateAll((pictures, { across, down }) => {
    const clashes: string[] = []
    for (const svg of pictures) {
      if (svg.getClientRects().length === 0) continue
      const tile = svg.closest('[data-tile]')?.getAttribute('data-tile') ?? ''
      const edge = svg.getBoundingClientRect()
      const texts = [...svg.querySelectorAll('text')]
        .map((text) => ({
          said: text.textContent ?? '',
          box: text.getBoundingClientRect(),
        }))
        .filter(({ said, box }) => said.trim() !== '' && box.width > 0)
      texts.forEach(({ said, box }, i) => {
        if (box.left < edge.left - across || box.right > edge.right + across)
          clashes.push(`${tile}: "${said}" leaves the picture`)
        for (const other of texts.slice(i + 1)) {
          const wide = Math.min(box.right, other.box.right) - Math.max(box.left, other.box.left)
          const high = Math.min(box.bottom, other.box.bottom) - Math.max(box.top, other.box.top)
          if (wide > across && high > down) clashes.push(`${tile}: "${said}" lies on "${other.said}"`)
        }
      })
    }
    return clashes
  }, slack)
  return found
}
