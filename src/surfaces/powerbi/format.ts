import type { MetricUnit } from '../../metrics/frame.ts'

const formats: Record<MetricUnit, string> = {
  count: '#,##0',
  ratio: '0.0%',
  score: '0.00',
  points: '0.0',
  number: '#,##0.00',
  money: '#,##0',
  seconds: '#,##0 \\s',
}

/** How a measure is written. Separators are those of the reader's Power BI; in French a sign stands apart from its number. */
export function formatOf(unit: MetricUnit, language: string): string {
  return unit === 'ratio' && language === 'fr' ? '0.0 %' : formats[unit]
}
