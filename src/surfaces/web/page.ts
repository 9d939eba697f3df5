import type { PageView } from '../../pages/view.ts'
import { createSignal } from './signal.ts'

/** What the page shows now. `null` until the first view was read. */
export const view = createSignal<PageView | null>(null)

export type Phase = 'ready' | 'loading' | 'slow' | 'failed'

/** `slow` from 200 ms on: only then is a skeleton worth its flicker. */
export const phase = createSignal<Phase>('ready')

export function content(): HTMLElement {
  return document.querySelector<HTMLElement>('#content') ?? document.body
}

/** The server puts the view that it drew beside the page: what React mounts over needs no second question. */
export function readFirstView(): void {
  const text = document.getElementById('view')?.textContent
  if (text) view.set(JSON.parse(text) as PageView)
}
