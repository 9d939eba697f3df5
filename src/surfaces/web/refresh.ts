import type { PageLink } from '../../pages/links.ts'
import { announce } from '../../pages/live/announce.ts'
import type { PageAnswer } from '../server/wire.ts'
import { tellAges } from './ages.ts'
import { ask } from './api.ts'
import { say } from './language.ts'
import { go, lookAgain, placeOf } from './navigate.ts'
import { content, view } from './page.ts'

/** Tiles as the server drew them, by id: what the page made of them since is no change. */
let drawn = new Map<string, string>()
let mine = false
let told = 0
let again: ReturnType<typeof setTimeout> | undefined

const announceEvery = 60_000
/** A tile that somebody is using is looked at again after so long. */
const busyFor = 2000
const markFor = 2000

/** Reads from the page what was drawn: when it was loaded, and when it was swapped as a whole. */
export function rememberTiles(): void {
  if (!mine) drawn = new Map(tilesIn(content()).map((tile) => [tile.dataset.tile ?? '', tile.outerHTML]))
}

function tilesIn(root: ParentNode): HTMLElement[] {
  return [...root.querySelectorAll<HTMLElement>('[data-tile]')].filter(
    (tile) => !tile.parentElement?.closest('[data-tile]'),
  )
}

/** Asks for the page as it is now and changes the tiles that are different, and nothing else: focus, scroll and open charts stay. */
export async function refreshTiles(): Promise<void> {
  const href = location.href
  const answer = await ask<PageAnswer>(`/api/pages${location.pathname}${location.search}`)
  // Somebody has gone on meanwhile: that page is new already.
  if (location.href !== href) return
  const fresh = document.createElement('template')
  fresh.innerHTML = answer.html
  const [old, next] = [tilesIn(content()), tilesIn(fresh.content)]
  const same = old.length === next.length && old.every((tile, at) => tile.dataset.tile === next[at]?.dataset.tile)
  if (!same) return go(href, { replace: true })
  clearTimeout(again)
  const busy = old.filter((tile, at) => !swap(tile, next[at]!))
  for (const part of ['.head', '.notices', '.origin']) swapPart(part, fresh.content)
  document.title = answer.title
  mine = true
  view.set(answer.view)
  mine = false
  lookAgain()
  if (busy.length > 0) again = setTimeout(() => void refreshTiles().catch(() => {}), busyFor)
  tellAges({})
  tell(answer.view.headline)
  await refreshCounts()
}

/** False where the tile is being used, and stays as it is for now. */
function swap(tile: HTMLElement, next: HTMLElement): boolean {
  const id = tile.dataset.tile ?? ''
  const html = next.outerHTML
  if (drawn.get(id) === html) return true
  if (isUsed(tile)) return false
  const place = tile.contains(document.activeElement) ? placeOf(document.activeElement) : null
  const open = [...tile.querySelectorAll('details')].map((each) => each.open)
  const value = figureOf(tile)
  next.querySelectorAll('details').forEach((each, at) => {
    each.open = open[at] ?? each.open
  })
  // With its age it is as high as before, and nothing below it moves.
  const age = tile.querySelector(':scope > .age')
  if (age) next.append(age)
  tile.replaceWith(next)
  drawn.set(id, html)
  place?.()
  if (value !== figureOf(next)) mark(next)
  return true
}

function isUsed(tile: HTMLElement): boolean {
  if (tile.querySelector(':popover-open')) return true
  if (tile.matches(':hover') && tile.querySelector('.live')) return true
  const active = document.activeElement
  if (active && tile.contains(active) && active.matches('input, select, textarea, [data-figure]')) return true
  const selection = getSelection()
  return selection !== null && !selection.isCollapsed && selection.containsNode(tile, true)
}

const figureOf = (tile: HTMLElement): string => tile.querySelector('.kpi-value')?.textContent ?? tile.textContent ?? ''

function mark(tile: HTMLElement): void {
  tile.classList.add('changed')
  setTimeout(() => tile.classList.remove('changed'), markFor)
}

function swapPart(part: string, fresh: DocumentFragment): void {
  const old = content().querySelector(part)
  const next = fresh.querySelector(part)
  if (old && next && old.innerHTML !== next.innerHTML && !old.contains(document.activeElement)) old.replaceWith(next)
}

/** The counts beside the names of other pages. */
async function refreshCounts(): Promise<void> {
  const links = await ask<PageLink[]>('/api/pages')
  for (const { id, count } of links) {
    const place = document.querySelector(`nav.side a[href^="/${CSS.escape(id)}"] .count`)
    if (place && count && place.textContent !== count) place.textContent = count
  }
}

/** Whoever listens to the page instead of seeing it hears of it, but not of everything. */
function tell(headline: string): void {
  if (Date.now() - told < announceEvery) return
  told = Date.now()
  announce(say('live.updated', { headline }))
}
