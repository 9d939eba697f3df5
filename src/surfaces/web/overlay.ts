import { createSignal } from './signal.ts'

/** The one thing that lies over the page. Each is loaded when it is first wanted. */
export type Overlay =
  | { kind: 'definition'; metric: string }
  | { kind: 'sql'; tile: string }
  | { kind: 'palette' }
  | { kind: 'help' }
  | { kind: 'filter'; dimension?: string }
  | { kind: 'dates' }

export const overlay = createSignal<Overlay | null>(null)

export function openOverlay(next: Overlay): void {
  overlay.set(next)
}

export function closeOverlay(): void {
  overlay.set(null)
}
