import { useState } from 'react'
import { formatNumber } from '../../config/format.ts'
import type { Condition } from '../../metrics/query.ts'
import type { DimensionEntry, ValueEntry } from '../server/wire.ts'
import { hrefWith, parameters } from './address.ts'
import { ask, askOnce } from './api.ts'
import { useSay, words } from './language.ts'
import { useAnswer } from './load.ts'
import { Modal } from './modal.tsx'
import { go } from './navigate.ts'
import { ProblemNote } from './problem-note.tsx'
import { SearchList } from './search-list.tsx'
import { useSignal } from './signal.ts'

/** First what to filter by, then which values; what is chosen already is ticked. */
export function FilterPicker({ dimension, onClose }: { dimension?: string; onClose(): void }) {
  const say = useSay()
  const [chosen, choose] = useState(dimension)
  const { value: dimensions, problem } = useAnswer('dimensions', () => askOnce<DimensionEntry[]>('/api/dimensions'))
  const entry = dimensions?.find((each) => each.id === chosen)
  const title = entry ? say('filter.by', { dimension: entry.label }) : say('filter.add')
  return (
    <Modal title={title} onClose={onClose} place="top">
      {problem && <ProblemNote problem={problem} />}
      {!chosen && dimensions && <Dimensions dimensions={dimensions} onChoose={choose} />}
      {chosen && <Values key={chosen} dimension={chosen} onBack={() => choose(undefined)} onClose={onClose} />}
    </Modal>
  )
}

function Dimensions({ dimensions, onChoose }: { dimensions: DimensionEntry[]; onChoose(id: string): void }) {
  const say = useSay()
  const entries = dimensions
    .filter((each) => each.available)
    .map(({ id, label, table }) => ({ id, label, note: table }))
  return (
    <SearchList
      label={say('filter.search')}
      sections={[{ id: 'dimensions', title: say('palette.dimensions'), entries }]}
      empty={say('filter.none')}
      onAction={onChoose}
    />
  )
}

/** Key of a value in the list: "not set" has one too. */
const notSet = '\u0000'

function Values({ dimension, onBack, onClose }: { dimension: string; onBack(): void; onClose(): void }) {
  const say = useSay()
  const current = useSignal(words)
  const [search, setSearch] = useState('')
  const [exclude, setExclude] = useState(parameters().where.some((each) => isAbout(each, dimension, 'not_in')))
  const [selected, setSelected] = useState(() => selectedValues(dimension))
  const filtered = parameters().where.some((each) => each.dimension === dimension)
  const path = `/api/dimensions/${encodeURIComponent(dimension)}/values?search=${encodeURIComponent(search)}`
  const { value: values = [], problem } = useAnswer(path, (signal) => ask<ValueEntry[]>(path, { signal }))
  const entries = values.map(({ value, label, n }) => ({
    id: value === null ? notSet : String(value),
    label,
    note: formatNumber(n, current),
  }))
  const apply = () => {
    onClose()
    void go(hrefWith({ where: withValues(dimension, selected, exclude) }))
  }
  return (
    <>
      {problem && <ProblemNote problem={problem} />}
      <SearchList
        label={say('filter.values')}
        sections={[{ id: 'values', title: say('filter.values'), entries }]}
        empty={say('filter.none')}
        selected={selected}
        onSelect={setSelected}
        onSearch={setSearch}
      />
      <footer className="modal-foot">
        <button type="button" className="button" onClick={onBack}>
          {say('back')}
        </button>
        <label className="check">
          <input type="checkbox" checked={exclude} onChange={(event) => setExclude(event.target.checked)} />
          {say('filter.exclude')}
        </label>
        <button type="button" className="button primary" onClick={apply} disabled={selected.size === 0 && !filtered}>
          {selected.size === 0 && filtered ? say('filter.drop') : say('filter.apply', { count: selected.size })}
        </button>
      </footer>
    </>
  )
}

function isAbout(condition: Condition, dimension: string, op: Condition['op']): boolean {
  return condition.dimension === dimension && condition.op === op
}

function selectedValues(dimension: string): Set<string> {
  const found = parameters().where.filter((each) => each.dimension === dimension && each.op !== 'between')
  return new Set(found.flatMap((each) => (each.values.length > 0 ? each.values.map(String) : [notSet])))
}

/** The conditions with this dimension's replaced. "Not set" stands alone: it is a condition of its own. */
function withValues(dimension: string, selected: Set<string>, exclude: boolean): Condition[] {
  const rest = parameters().where.filter((each) => each.dimension !== dimension)
  const values = [...selected].filter((value) => value !== notSet)
  const own: Condition[] = values.length > 0 ? [{ dimension, op: exclude ? 'not_in' : 'in', values }] : []
  if (selected.has(notSet) && (exclude || own.length === 0))
    own.push({ dimension, op: exclude ? 'not_null' : 'is_null', values: [] })
  return [...rest, ...own]
}
