const root = document.documentElement

/** The button that the page came with, hidden until somebody answers it. Without a choice the page follows the system. */
export function startTheme(): void {
  const button = document.getElementById('theme')
  if (!button) return
  const name = () => {
    const label = button.dataset[isDark() ? 'light' : 'dark'] ?? ''
    button.title = label
    button.setAttribute('aria-label', label)
  }
  button.addEventListener('click', () => {
    root.dataset.theme = isDark() ? 'light' : 'dark'
    remember(root.dataset.theme)
    name()
  })
  matchMedia('(prefers-color-scheme: dark)').addEventListener('change', name)
  name()
  button.hidden = false
}

function isDark(): boolean {
  const { theme } = root.dataset
  return theme === 'dark' || (theme !== 'light' && matchMedia('(prefers-color-scheme: dark)').matches)
}

/** A browser may forbid a page from the disk to keep anything: then the choice holds until it is closed. */
function remember(theme: string): void {
  try {
    localStorage.setItem('rapport-theme', theme)
  } catch {}
}
