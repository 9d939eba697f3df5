import type { Unit } from '../../config/format.ts'

export interface Scale {
  min: number
  max: number
  step: number
}

const durations = [1, 5, 10, 15, 30, 60, 120, 300, 600, 900, 1800, 3600, 7200, 10_800, 21_600, 43_200, 86_400]

/** Round ticks that cover `low..high`; durations step by minutes, hours and days. */
export function niceScale(low: number, high: number, unit: Unit, count = 6): Scale {
  const from = Number.isFinite(low) ? low : 0
  const to = Number.isFinite(high) && high > from ? high : from + (unit === 'ratio' ? 0.1 : 1)
  const step = niceStep((to - from) / count, unit)
  const min = round(Math.floor(from / step + 1e-9) * step)
  const max = round(Math.ceil(to / step - 1e-9) * step)
  return { min, max: max > min ? max : round(min + step), step }
}

function niceStep(rough: number, unit: Unit): number {
  if (unit === 'seconds') {
    const found = durations.find((each) => each >= rough)
    if (found !== undefined) return found
    const power = 10 ** Math.floor(Math.log10(rough / 86_400))
    return ([1, 2, 5].find((each) => each * power * 86_400 >= rough - 1e-6) ?? 10) * power * 86_400
  }
  const power = 10 ** Math.floor(Math.log10(rough))
  const factor = [1, 2, 2.5, 5, 10].find((each) => each * power >= rough - 1e-12) ?? 10
  const step = factor * power
  return unit === 'count' ? Math.max(1, Math.ceil(step)) : round(step)
}

function round(value: number): number {
  return Number(value.toPrecision(12))
}

/** Decimals that tell the ticks apart. */
export function digitsOf(step: number, unit: Unit): number {
  const shown = unit === 'ratio' ? step * 100 : step
  for (let digits = 0; digits < 4; digits++) {
    const scaled = shown * 10 ** digits
    if (Math.abs(scaled - Math.round(scaled)) < 1e-6) return digits
  }
  return 4
}
