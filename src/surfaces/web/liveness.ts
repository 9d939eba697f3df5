import type { VersionAnswer } from '../server/wire.ts'
import { ask, forgetAnswers } from './api.ts'
import { go } from './navigate.ts'
import { overlay } from './overlay.ts'
import { view } from './page.ts'

const every = 30_000

/** When the data were loaded again the page shows the new ones: one page never mixes two versions for long. */
export function startLiveness(): void {
  setInterval(() => void look(), every)
  document.addEventListener('visibilitychange', () => void look())
}

async function look(): Promise<void> {
  if (document.visibilityState !== 'visible' || overlay.get()) return
  const answer = await ask<VersionAnswer>('/api/version').catch(() => null)
  const shown = view.get()?.version
  if (!answer || !shown || answer.data.id === shown) return
  forgetAnswers()
  await go(location.href, { replace: true })
}
