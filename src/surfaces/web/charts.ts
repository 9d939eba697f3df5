import { loadBorders } from '../../pages/charts/borders.ts'
import type { LiveChart } from '../../pages/live/mount.ts'
import { hideTip } from '../../pages/live/tip.ts'
import type { Figure } from '../../pages/view.ts'
import { words } from './language.ts'
import { filterBy } from './marks.ts'
import { view } from './page.ts'

const live = new Map<Element, Promise<LiveChart | null>>()

/** A drawing comes to life with the first touch: until then the server's picture is all that is loaded. */
export function startCharts(): void {
  document.addEventListener('pointerover', (event) => {
    const figure = figureAt(event.target)
    if (figure && event.pointerType === 'mouse') void wake(figure)
  })
  document.addEventListener('keydown', (event) => {
    const figure = figureAt(event.target)
    if (!figure || figure !== event.target) return
    const step = steps[event.key]
    if (step === undefined && event.key !== 'Enter') return
    event.preventDefault()
    void wake(figure).then((chart) => (step === undefined ? chart?.choose(event.altKey) : chart?.step(step)))
  })
  document.addEventListener('focusout', hideTip)
  document.addEventListener('scroll', hideTip, { passive: true, capture: true })
  view.subscribe(sweep)
}

const steps: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

function figureAt(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest('[data-figure]') : null
}

function wake(element: Element): Promise<LiveChart | null> {
  let chart = live.get(element)
  if (!chart) {
    chart = mount(element).catch(() => null)
    live.set(element, chart)
  }
  return chart
}

async function mount(element: Element): Promise<LiveChart | null> {
  const id = element.closest<HTMLElement>('[data-tile]')?.dataset.tile
  const figure: Figure | undefined = view.get()?.tiles.find((tile) => tile.id === id)?.figure
  const drawing = [...element.querySelectorAll<SVGElement>('svg.drawing')].find(
    (svg) => svg.getClientRects().length > 0,
  )
  // The option is for a desk; a phone keeps the drawing that was made for it.
  if (!figure || !drawing || drawing.closest('.narrow')) return null
  const { mountChart } = await import('../../pages/live/mount.ts')
  await loadBorders(figure.option)
  await buttonsUp()
  return element.isConnected ? mountChart(drawing, figure, { words: words.get(), choose: filterBy }) : null
}

let pressed = 0
addEventListener('pointerdown', () => pressed++, { capture: true })
addEventListener('pointerup', () => setTimeout(() => (pressed = 0)), { capture: true })
addEventListener('pointercancel', () => (pressed = 0), { capture: true })

/** A press that began on the drawing must end on it, or its click is lost. */
async function buttonsUp(): Promise<void> {
  while (pressed > 0) await new Promise((resolve) => setTimeout(resolve, 30))
}

/** Charts of a content that was swapped away. */
function sweep(): void {
  for (const [element, chart] of live) {
    if (element.isConnected) continue
    live.delete(element)
    void chart.then((each) => each?.dispose())
  }
}
