import type { DimensionEntry, MetricEntry } from '../server/wire.ts'
import { hrefToPage } from './address.ts'
import { askOnce } from './api.ts'
import { copyText } from './copy.tsx'
import { pageEntries } from './keys.ts'
import { useSay } from './language.ts'
import { useAnswer } from './load.ts'
import { Modal } from './modal.tsx'
import { go } from './navigate.ts'
import { openOverlay } from './overlay.ts'
import { SearchList, type Section } from './search-list.tsx'

/** Pages, metrics and dimensions by name: anything is three letters away. */
export function Palette({ onClose }: { onClose(): void }) {
  const say = useSay()
  const { value } = useAnswer('catalogue', () =>
    Promise.all([askOnce<MetricEntry[]>('/api/metrics'), askOnce<DimensionEntry[]>('/api/dimensions')]),
  )
  const [metrics = [], dimensions = []] = value ?? []
  const sections: Section[] = [
    {
      id: 'pages',
      title: say('palette.pages'),
      entries: pageEntries().map(({ path, title, key }) => ({
        id: `page ${path}`,
        label: title,
        note: key && `g ${key}`,
      })),
    },
    {
      id: 'actions',
      title: say('palette.actions'),
      entries: [
        { id: 'do link', label: say('link') },
        { id: 'do help', label: say('help'), note: '?' },
      ],
    },
    {
      id: 'metrics',
      title: say('palette.metrics'),
      entries: metrics.map((metric) => ({
        id: `metric ${metric.id}`,
        label: metric.label,
        also: metric.question,
        note: metric.missing.length > 0 ? say('cannot-be-known') : metric.id,
      })),
    },
    {
      id: 'dimensions',
      title: say('palette.dimensions'),
      entries: dimensions
        .filter((dimension) => dimension.available)
        .map((dimension) => ({ id: `dimension ${dimension.id}`, label: dimension.label, note: dimension.id })),
    },
  ]
  const choose = (chosen: string) => {
    const [kind = '', id = ''] = chosen.split(' ')
    onClose()
    if (chosen === 'do link') void copyText(location.href)
    else if (chosen === 'do help') openOverlay({ kind: 'help' })
    else if (kind === 'page') void go(hrefToPage(id))
    else if (kind === 'metric') openOverlay({ kind: 'definition', metric: id })
    else openOverlay({ kind: 'filter', dimension: id })
  }
  return (
    <Modal title={say('palette')} onClose={onClose} place="top" quiet>
      <SearchList label={say('palette.search')} sections={sections} empty={say('palette.empty')} onAction={choose} />
    </Modal>
  )
}
