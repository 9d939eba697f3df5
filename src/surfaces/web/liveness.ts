import type { LiveState } from '../server/live.ts'
import type { VersionAnswer } from '../server/wire.ts'
import { startAges, tellAges } from './ages.ts'
import { ask, forgetAnswers } from './api.ts'
import { overlay } from './overlay.ts'
import { view } from './page.ts'
import { refreshTiles, rememberTiles } from './refresh.ts'

/** Where nothing can be pushed the page asks now and then, and tries again to be told. */
const askEvery = 30_000
/** Between two looks at the same page: numbers that change faster cannot be read. */
const apart = 500

let stream: EventSource | null = null
let shown: { id: string; as_of: string | null } | null = null
let wanted: { id: string; as_of: string | null } | null = null
let working = false

/** When other data are shown, or something arrived, the page shows it where it stands; not while something lies over it, and not unseen. */
export function startLiveness(): void {
  rememberTiles()
  view.subscribe(rememberTiles)
  startAges()
  listen()
  setInterval(() => {
    if (document.visibilityState === 'visible' && !stream) {
      void look()
      listen()
    }
  }, askEvery)
  document.addEventListener('visibilitychange', () => {
    if (document.visibilityState === 'visible') listen()
    // A browser keeps few connections to one server: pages that nobody sees leave theirs to others.
    else hush()
  })
  overlay.subscribe(() => void refresh())
}

function listen(): void {
  if (stream || document.visibilityState !== 'visible') return
  stream = new EventSource('/api/live')
  stream.addEventListener('version', (event) => {
    const state = JSON.parse((event as MessageEvent<string>).data) as LiveState
    tellAges({ state, connected: true })
    show(state)
  })
  stream.addEventListener('error', () => {
    tellAges({ connected: false })
    // The browser tries again by itself, unless it was refused.
    if (stream?.readyState === EventSource.CLOSED) hush()
  })
}

function hush(): void {
  stream?.close()
  stream = null
}

async function look(): Promise<void> {
  const answer = await ask<VersionAnswer>('/api/version').catch(() => null)
  if (answer) show(answer.data)
}

function show({ id, as_of }: { id: string; as_of: string | null }): void {
  shown ??= { id: view.get()?.version ?? id, as_of }
  wanted = { id, as_of }
  void refresh()
}

async function refresh(): Promise<void> {
  if (working || !wanted || !shown || overlay.get() || document.visibilityState !== 'visible') return
  const next = wanted
  if (next.id === shown.id && next.as_of === shown.as_of) return
  working = true
  try {
    if (next.id !== shown.id) forgetAnswers()
    await refreshTiles()
    shown = next
  } catch {
    // Said by the ages; the next event, or the next look, tries again.
  }
  await new Promise((resolve) => setTimeout(resolve, apart))
  working = false
  if (wanted !== next) await refresh()
}
