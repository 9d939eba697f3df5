import { formatDate } from '../../config/format.ts'
import type { LiveSource, LiveState } from '../server/live.ts'
import { say, words } from './language.ts'
import { content } from './page.ts'

interface Known {
  state: LiveState | null
  connected: boolean
  /** Since when the connection is lost, or arrivals wait. */
  since: number
}

const known: Known = { state: null, connected: true, since: 0 }

/** Behind by more than this is not up to date. */
const behindFor = 5000

export function tellAges(next: Partial<Pick<Known, 'state' | 'connected'>>): void {
  const behind = (each: Known): boolean => !each.connected || (each.state?.waiting ?? 0) > 0
  const before = behind(known)
  Object.assign(known, next)
  if (behind(known) && !before) known.since = Date.now()
  draw()
}

/** One clock for the whole page: each tile says how old the newest arrival in it is. */
export function startAges(): void {
  setInterval(() => document.visibilityState === 'visible' && draw(), 1000)
}

function draw(): void {
  const { state } = known
  if (!state || state.sources.length === 0) return
  const now = Date.now()
  const silent = state.sources.filter((source) => isSilent(source, now))
  drawSilence(silent, now)
  const received = state.received_at ? Date.parse(state.received_at) : null
  if (received === null) return
  const { text, stale } = ageOf(received, silent, now)
  const title = say('live.title', {
    at: formatDate(state.received_at!, words.get(), { dateStyle: 'medium', timeStyle: 'medium' }),
  })
  for (const tile of content().querySelectorAll<HTMLElement>('section[data-tile]')) {
    const age = placeOfAge(tile)
    if (age.textContent !== text) age.textContent = text
    age.title = title
    age.classList.toggle('stale', stale)
  }
}

function ageOf(received: number, silent: LiveSource[], now: number): { text: string; stale: boolean } {
  const { state, connected, since } = known
  const age = say('live.age', parts(now - received))
  const behind = now - since > behindFor
  if (!connected && behind) return { text: say('live.lost', { age: say('live.age', parts(now - since)) }), stale: true }
  if (state && state.waiting > 0 && behind) return { text: say('live.waiting', { n: state.waiting, age }), stale: true }
  if (silent[0]) return { text: say('live.quiet', { source: silent[0].id, age }), stale: true }
  return { text: say('live.newest', { age }), stale: false }
}

function isSilent({ expected_seconds, received }: LiveSource, now: number): boolean {
  return expected_seconds !== null && received !== null && now - received > expected_seconds * 1000
}

/** A sentence over the tiles for each source that should have sent something. */
function drawSilence(silent: LiveSource[], now: number): void {
  const text = silent
    .map(({ id, received, expected_seconds }) =>
      say('live.silent', {
        source: id,
        silence: say('live.span', parts(now - (received ?? now))),
        expected: say('live.span', parts((expected_seconds ?? 0) * 1000)),
      }),
    )
    .join(' ')
  const place = content().querySelector<HTMLElement>('.silence')
  if (!text) {
    place?.remove()
    return
  }
  if (place) {
    if (place.textContent !== text) place.textContent = text
    return
  }
  const made = document.createElement('p')
  made.className = 'silence'
  made.textContent = text
  content().querySelector('.head')?.after(made)
}

function placeOfAge(tile: HTMLElement): HTMLElement {
  const found = tile.querySelector<HTMLElement>(':scope > .age')
  if (found) return found
  const made = document.createElement('p')
  made.className = 'age'
  tile.append(made)
  return made
}

const units = [
  ['day', 86_400_000],
  ['hour', 3_600_000],
  ['minute', 60_000],
] as const

function parts(milliseconds: number): { unit: string; n: number } {
  const found = units.find(([, length]) => milliseconds >= length)
  return found
    ? { unit: found[0], n: Math.floor(milliseconds / found[1]) }
    : { unit: 'second', n: Math.max(0, Math.floor(milliseconds / 1000)) }
}
