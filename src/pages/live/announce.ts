/** Tells a screen reader what changed, without moving its focus. */
export function announce(text: string): void {
  const live = region()
  // The same sentence twice would not be read again.
  live.textContent = live.textContent === text ? `${text}\u00a0` : text
}

function region(): HTMLElement {
  const found = document.getElementById('announce')
  if (found) return found
  const made = document.createElement('div')
  made.id = 'announce'
  made.className = 'visually-hidden'
  made.setAttribute('role', 'status')
  made.setAttribute('aria-live', 'polite')
  document.body.append(made)
  return made
}
