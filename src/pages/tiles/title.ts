import { labelOf } from '../../config/words.ts'
import type { Page, Tile } from '../spec.ts'
import type { TileContext } from './tile.ts'

/** The title of a tile in the viewer's language: by page and tile, by its kind, or as the page says it in English. */
export function tileTitle(tile: Tile, context: TileContext): string {
  const own = `pages.${context.page.page}.${tile.id}.title`
  const { words } = context
  return words.messages[own] ?? words.fallback[own] ?? labelOf(words, `pages.kind.${tile.kind}`, tile.title ?? tile.id)
}

export function pageTitle(page: Page, words: TileContext['words']): string {
  return labelOf(words, `pages.${page.page}.title`, page.title)
}
