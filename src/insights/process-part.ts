import { say, type Words } from '../config/words.ts'
import { deviationLabel } from './conformance.ts'
import type { DeviationKind } from './conformance-evidence.ts'
import { pathText, stepLabel } from './process.ts'

const kinds = new Set<string>(['missing', 'extra', 'again', 'order', 'late', 'long'] satisfies DeviationKind[])

/** Why just these cases: `Cases with Resolve ticket › Closed`. */
export function partLabel([kind, ...rest]: string[], words: Words): string {
  const label = (at: number): string => stepLabel(rest[at] ?? '', words)
  const text = (id: string, what = ''): string => say(words, `say.process.part.${id}`, { what })
  if (kind === 'edge' || kind === 'path') return text(kind, pathText(rest.map((step) => stepLabel(step, words))))
  if (kind === 'step' || kind === 'again') return text(kind, label(0))
  if (kind === 'returned' || kind === 'reopened' || kind === 'reworked') return text(kind)
  if (kind === 'followed') return text(kind, rest[0])
  const [id = '', mark = '', step = '', other = ''] = rest
  if (kind !== 'deviation' || !kinds.has(mark)) return text('other')
  const named = { kind: mark as DeviationKind, step: step || null, other: other || null }
  return text('deviation', `${deviationLabel(named, words)} (${id})`)
}
