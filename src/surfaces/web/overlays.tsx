import { lazy, Suspense } from 'react'
import { closeOverlay, overlay } from './overlay.ts'
import { useSignal } from './signal.ts'

const DefinitionPanel = lazy(() => import('./definition.tsx').then((file) => ({ default: file.DefinitionPanel })))
const SqlPanel = lazy(() => import('./sql-panel.tsx').then((file) => ({ default: file.SqlPanel })))
const Palette = lazy(() => import('./palette.tsx').then((file) => ({ default: file.Palette })))
const FilterPicker = lazy(() => import('./filter-picker.tsx').then((file) => ({ default: file.FilterPicker })))
const DateRange = lazy(() => import('./date-range.tsx').then((file) => ({ default: file.DateRange })))
const HelpPanel = lazy(() => import('./help.tsx').then((file) => ({ default: file.HelpPanel })))

/** Whatever lies over the page, loaded when it is first wanted. */
export function Overlays() {
  const current = useSignal(overlay)
  if (!current) return null
  return <Suspense fallback={null}>{panelOf(current)}</Suspense>
}

function panelOf(current: NonNullable<ReturnType<typeof overlay.get>>) {
  switch (current.kind) {
    case 'definition':
      return <DefinitionPanel key={current.metric} metric={current.metric} onClose={closeOverlay} />
    case 'sql':
      return <SqlPanel tile={current.tile} onClose={closeOverlay} />
    case 'palette':
      return <Palette onClose={closeOverlay} />
    case 'filter':
      return <FilterPicker dimension={current.dimension} onClose={closeOverlay} />
    case 'dates':
      return <DateRange onClose={closeOverlay} />
    case 'help':
      return <HelpPanel onClose={closeOverlay} />
  }
}
