let box: HTMLElement | null = null

/** What a mark says, beside the pointer and inside the window. */
export function showTip(text: string, x: number, y: number): void {
  box ??= makeBox()
  box.textContent = text
  box.hidden = false
  const { width, height } = box.getBoundingClientRect()
  const left = Math.min(Math.max(8, x + 14), innerWidth - width - 8)
  const top = y - height - 12 < 8 ? y + 16 : y - height - 12
  box.style.transform = `translate(${Math.round(left)}px, ${Math.round(top)}px)`
}

export function hideTip(): void {
  if (box) box.hidden = true
}

/** Not read aloud: the same words are announced when the keys go there, and stand in the table. */
function makeBox(): HTMLElement {
  const made = document.createElement('div')
  made.className = 'tip'
  made.setAttribute('aria-hidden', 'true')
  document.body.append(made)
  return made
}
