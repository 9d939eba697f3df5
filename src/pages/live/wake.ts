import type { Option } from '../charts/chart.ts'
import type { Life, LiveChart, LivingFigure } from './mount.ts'
import { hideTip } from './tip.ts'

/** Where the figures of a page are, and what they come to life with. */
export interface Sleepers {
  /** The figure whose drawing stands in this element. */
  figureOf(element: Element): LivingFigure | undefined
  life(): Life
  /** Borders of the maps in an option. */
  loadBorders?(option: Option): Promise<void>
}

const live = new Map<Element, Promise<LiveChart | null>>()
const steps: Record<string, number> = { ArrowDown: 1, ArrowRight: 1, ArrowUp: -1, ArrowLeft: -1 }

/** A drawing comes to life with the first touch: until then the picture that came with the page is all there is. */
export function startCharts(sleepers: Sleepers): void {
  document.addEventListener('pointerover', (event) => {
    const figure = figureAt(event.target)
    if (figure && event.pointerType === 'mouse') void wake(figure, sleepers)
  })
  document.addEventListener('keydown', (event) => {
    const figure = figureAt(event.target)
    if (!figure || figure !== event.target) return
    const step = steps[event.key]
    if (step === undefined && event.key !== 'Enter') return
    event.preventDefault()
    void wake(figure, sleepers).then((chart) => (step === undefined ? chart?.choose(event.altKey) : chart?.step(step)))
  })
  document.addEventListener('focusout', hideTip)
  document.addEventListener('scroll', hideTip, { passive: true, capture: true })
}

/** Lets go of the charts of a content that was swapped away. */
export function sweepCharts(): void {
  for (const [element, chart] of live) {
    if (element.isConnected) continue
    live.delete(element)
    void chart.then((each) => each?.dispose())
  }
}

function figureAt(target: EventTarget | null): Element | null {
  return target instanceof Element ? target.closest('[data-figure]') : null
}

function wake(element: Element, sleepers: Sleepers): Promise<LiveChart | null> {
  let chart = live.get(element)
  if (!chart) {
    chart = mount(element, sleepers).catch(() => null)
    live.set(element, chart)
  }
  return chart
}

async function mount(element: Element, { figureOf, life, loadBorders }: Sleepers): Promise<LiveChart | null> {
  const figure = figureOf(element)
  const drawing = [...element.querySelectorAll<SVGElement>('svg.drawing')].find(
    (svg) => svg.getClientRects().length > 0,
  )
  // The option is for a desk; a phone keeps the drawing that was made for it.
  if (!figure || !drawing || drawing.closest('.narrow')) return null
  const { mountChart } = await import('./mount.ts')
  await loadBorders?.(figure.option)
  await buttonsUp()
  return element.isConnected ? mountChart(drawing, figure, life()) : null
}

let pressed = 0
addEventListener('pointerdown', () => pressed++, { capture: true })
addEventListener('pointerup', () => setTimeout(() => (pressed = 0)), { capture: true })
addEventListener('pointercancel', () => (pressed = 0), { capture: true })

/** A press that began on the drawing must end on it, or its click is lost. */
async function buttonsUp(): Promise<void> {
  while (pressed > 0) await new Promise((resolve) => setTimeout(resolve, 30))
}
