import type { Words } from '../../config/words.ts'
import { init } from '../charts/echarts.ts'
import { liveOption } from '../charts/live.ts'
import type { Figure } from '../view.ts'
import { announce } from './announce.ts'
import { hideTip, showTip } from './tip.ts'

/** One mark of a drawing: what it stands for and what it says. */
interface Mark {
  series: number
  index: number
  filter?: string
  tip?: string
}

/** What of a figure is needed beside its drawing. */
export type LivingFigure = Pick<Figure, 'option' | 'height'>

/** A drawing that answers: tips, clicks, arrow keys, and the exact width of its tile. */
export interface LiveChart {
  element: HTMLElement
  /** Arrow keys go from mark to mark. */
  step(by: number): void
  /** Chooses the mark that the keys are on. */
  choose(exclude: boolean): void
  dispose(): void
}

/** What a drawing is brought to life with. */
export interface Life {
  /** Only its locale is read: numbers are written as the server wrote them. */
  words: Words
  /** What a click on a mark does; without it marks say what they are, and that is all. */
  choose?(filter: string, exclude: boolean): void
}

interface EventOfMark {
  data?: unknown
  event?: { event?: MouseEvent }
}

/** Puts a living chart where the server's drawing stands: same option, same engine, so nothing jumps. */
export function mountChart(drawing: SVGElement, figure: LivingFigure, { words, choose }: Life): LiveChart {
  const element = document.createElement('div')
  element.className = 'live'
  element.style.height = `${figure.height}px`
  drawing.after(element)
  const chart = init(element, null, { renderer: 'svg', height: figure.height })
  chart.setOption(liveOption(figure.option, words))
  lendHatch(drawing, element)
  drawing.classList.add('replaced')
  chart.on('mousemove', (event) => tipAt(event as EventOfMark))
  chart.on('mouseout', hideTip)
  chart.on('click', (event) => {
    const filter = markOf((event as EventOfMark).data).filter
    if (filter) choose?.(filter, (event as EventOfMark).event?.event?.altKey ?? false)
  })
  const resize = new ResizeObserver(() => chart.resize())
  resize.observe(element)
  const keys = keysOf(marksOf(figure), element, choose)
  return {
    element,
    ...keys,
    dispose: () => {
      resize.disconnect()
      hideTip()
      chart.dispose()
      element.remove()
      drawing.classList.remove('replaced')
    },
  }
}

function markOf(data: unknown): { filter?: string; tip?: string } {
  return data !== null && typeof data === 'object' ? data : {}
}

function tipAt({ data, event }: EventOfMark): void {
  const { tip } = markOf(data)
  if (tip && event?.event) showTip(tip, event.event.clientX, event.event.clientY)
  else hideTip()
}

function marksOf(figure: LivingFigure): Mark[] {
  const series = (figure.option.series ?? []) as { data?: unknown[]; silent?: boolean }[]
  return series.flatMap(({ data = [], silent }, at) =>
    silent
      ? []
      : data.map((item, index) => ({ series: at, index, ...markOf(item) })).filter((mark) => mark.tip || mark.filter),
  )
}

function keysOf(marks: Mark[], element: HTMLElement, choose: Life['choose']): Pick<LiveChart, 'step' | 'choose'> {
  let at = -1
  return {
    step: (by) => {
      if (marks.length === 0) return
      at = (at + by + marks.length) % marks.length
      const tip = marks[at]?.tip ?? ''
      const box = element.getBoundingClientRect()
      showTip(tip, box.left + 24, box.top + ((at + 0.5) * box.height) / marks.length)
      announce(tip)
    },
    choose: (exclude) => {
      const filter = marks[at]?.filter
      if (filter) choose?.(filter, exclude)
    },
  }
}

/** Patterns are defined in the server's drawing, which is hidden now: a pattern must stay drawn, under the name that the option says. */
function lendHatch(drawing: SVGElement, element: HTMLElement): void {
  const target = element.querySelector('svg')
  for (const defs of drawing.querySelectorAll(':scope > defs')) {
    const lent = defs.cloneNode(true) as Element
    for (const named of lent.querySelectorAll('[id]')) named.id = named.id.replace(/-.*$/, '')
    target?.prepend(lent)
  }
}
