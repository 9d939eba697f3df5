import { StrictMode } from 'react'
import { createRoot } from 'react-dom/client'
import { hrefCleared } from './address.ts'
import { startCharts } from './charts.ts'
import { startKeys } from './keys.ts'
import { loadWords } from './language.ts'
import { startLiveness } from './liveness.ts'
import { startMarks } from './marks.ts'
import { go, startNavigation } from './navigate.ts'
import { Overlays } from './overlays.tsx'
import { readFirstView } from './page.ts'
import { Status } from './status.tsx'
import { Chips, Toolbar } from './toolbar.tsx'

/** React mounts over places that the server left for it; the rest of the page is the server's. */
function mount(id: string, island: React.ReactNode): void {
  let place = document.getElementById(id)
  if (!place) {
    place = document.createElement('div')
    place.id = id
    document.body.append(place)
  }
  createRoot(place).render(<StrictMode>{island}</StrictMode>)
}

/** react-aria adds a style element of its own, which the content policy forbids; the rule is in our style sheet. */
function standInForStyle(): void {
  const meta = document.createElement('meta')
  meta.id = 'react-aria-pressable-style'
  document.head.append(meta)
}

async function start(): Promise<void> {
  standInForStyle()
  startMarks()
  startNavigation()
  startKeys(() => void go(hrefCleared()))
  startCharts()
  readFirstView()
  await loadWords().catch(() => {})
  mount('toolbar', <Toolbar />)
  mount('chips', <Chips />)
  mount('status', <Status />)
  mount('overlays', <Overlays />)
  startLiveness()
}

void start()
