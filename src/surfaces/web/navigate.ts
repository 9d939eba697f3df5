import { announce } from '../../pages/live/announce.ts'
import { parseParameters, printParameters } from '../../pages/parameters.ts'
import type { PageAnswer } from '../server/wire.ts'
import { hrefToPage } from './address.ts'
import { ask, isAbort, latest, RequestProblem } from './api.ts'
import { failure } from './failure.ts'
import { say } from './language.ts'
import { content, phase, view } from './page.ts'

const signal = latest()
const skeletonAfter = 200

interface Way {
  /** A step that Back should not stop at. */
  replace?: boolean
  /** The address is in the bar already (Back, Forward). */
  arrived?: boolean
}

/** Shows another address without leaving the page. Old content stays, dimmed, until the new one is here. */
export async function go(href: string, way: Way = {}): Promise<void> {
  const url = new URL(href, location.href)
  const samePage = url.pathname === shownPath
  phase.set('loading')
  const slow = setTimeout(() => phase.set('slow'), skeletonAfter)
  const current = signal()
  try {
    const answer = await ask<PageAnswer>(`/api/pages${url.pathname}${url.search}`, { signal: current })
    if (!way.arrived) history[way.replace ? 'replaceState' : 'pushState'](null, '', url)
    show(answer, samePage, url)
    phase.set('ready')
  } catch (error) {
    if (isAbort(error)) return
    phase.set('failed')
    failure.set({ problem: problemOf(error), retry: () => void go(href, way) })
  } finally {
    clearTimeout(slow)
  }
}

let shownPath = location.pathname

function problemOf(error: unknown) {
  if (error instanceof RequestProblem && error.problem.message) return error.problem
  return { code: 'unreachable', message: say('error.unreachable'), fix: say('error.unreachable.fix') }
}

function show(answer: PageAnswer, samePage: boolean, url: URL): void {
  const main = content()
  const place = samePage ? placeOf(document.activeElement) : null
  main.innerHTML = answer.html
  document.title = answer.title
  shownPath = url.pathname
  failure.set(null)
  view.set(answer.view)
  markCurrentPage(answer.view.id)
  if (samePage) place?.()
  else {
    scrollTo(0, 0)
    main.focus({ preventScroll: true })
  }
  announce(say('announce.updated', { headline: answer.view.headline }))
  lookAgain()
}

let waiting: ReturnType<typeof setTimeout> | undefined

/** A tile whose answer is still being worked on says in how many seconds to ask again. */
export function lookAgain(): void {
  clearTimeout(waiting)
  const seconds = Number(content().querySelector<HTMLElement>('[data-refresh]')?.dataset.refresh)
  if (seconds > 0) waiting = setTimeout(() => void go(location.href, { arrived: true }), seconds * 1000)
}

/** Where the focus was, found again by what it meant: the element itself is gone after the swap. */
export function placeOf(active: Element | null): (() => void) | null {
  if (!active || !content().contains(active)) return null
  const names = ['data-filter', 'data-metric', 'data-action', 'name', 'id', 'href']
  const name = names.find((each) => active.hasAttribute(each))
  if (!name) return () => content().focus({ preventScroll: true })
  const selector = `[${name}="${CSS.escape(active.getAttribute(name) ?? '')}"]`
  const tile = active.closest<HTMLElement>('[data-tile]')?.dataset.tile
  return () => {
    const scope = (tile && content().querySelector(`[data-tile="${CSS.escape(tile)}"]`)) || content()
    const found = scope.querySelector<HTMLElement | SVGElement>(selector) ?? content()
    found.focus({ preventScroll: true })
  }
}

/** The sidebar is drawn by the server: the mark of the current page moves, and its links take the filters along. */
function markCurrentPage(page: string): void {
  const place = page === 'case' ? 'cases' : page
  for (const link of document.querySelectorAll<HTMLAnchorElement>('nav.side li a')) {
    if (link.pathname === `/${place}`) link.setAttribute('aria-current', 'page')
    else link.removeAttribute('aria-current')
    link.href = hrefToPage(link.pathname)
  }
}

const ownPaths = /^\/(api|assets|openapi\.json)(\/|$)/

/** A link of this site that is a page: everything else is the browser's business. */
export function isPageLink(link: HTMLAnchorElement): boolean {
  return (
    link.origin === location.origin &&
    !link.target &&
    !link.hasAttribute('download') &&
    link.pathname !== '/' &&
    !ownPaths.test(link.pathname) &&
    !(link.hash && link.pathname === location.pathname && link.search === location.search)
  )
}

/** What a plain form would load, without its empty fields. */
function hrefOfForm(form: HTMLFormElement): string {
  const fields = [...new FormData(form)].flatMap(([name, value]) =>
    typeof value === 'string' && value ? [[name, value]] : [],
  )
  const url = new URL(form.action)
  url.search = printParameters(parseParameters(String(new URLSearchParams(fields))).parameters)
  return url.href
}

/** Links, forms and Back work in place. */
export function startNavigation(): void {
  document.addEventListener('click', (event) => {
    if (
      event.defaultPrevented ||
      event.button !== 0 ||
      event.metaKey ||
      event.ctrlKey ||
      event.shiftKey ||
      event.altKey
    )
      return
    const link = (event.target as Element).closest<HTMLAnchorElement>('a[href]')
    if (!link || !isPageLink(link)) return
    event.preventDefault()
    void go(link.href)
  })
  document.addEventListener('submit', (event) => {
    const form = event.target as HTMLFormElement
    if (event.defaultPrevented || form.method !== 'get' || !content().contains(form)) return
    event.preventDefault()
    void go(hrefOfForm(form))
  })
  document.addEventListener('change', (event) => {
    const field = event.target as Element
    if (field.matches('main form[method="get"] select')) field.closest('form')?.requestSubmit()
  })
  addEventListener('popstate', () => void go(location.href, { arrived: true }))
  lookAgain()
}
