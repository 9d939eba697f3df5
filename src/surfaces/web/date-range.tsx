import { type FormEvent, useState } from 'react'
import { addDays, addMonths, type Days, endOf, startOf } from '../../calendar.ts'
import { hrefWith, parameters } from './address.ts'
import { useSay } from './language.ts'
import { Modal } from './modal.tsx'
import { go } from './navigate.ts'
import { view } from './page.ts'
import { useSignal } from './signal.ts'

/** Ranges that are asked for every week, up to the newest day of the data. */
function presets(last: string): { id: string; days: Days | null }[] {
  const month = startOf(last, 'month')
  const quarter = startOf(last, 'quarter')
  const before = (start: string, grain: 'month' | 'quarter'): Days => ({
    from: startOf(addDays(start, -1), grain),
    to: addDays(start, -1),
  })
  return [
    { id: 'all', days: null },
    { id: 'last-7', days: { from: addDays(last, -6), to: last } },
    { id: 'last-28', days: { from: addDays(last, -27), to: last } },
    { id: 'last-90', days: { from: addDays(last, -89), to: last } },
    { id: 'this-month', days: { from: month, to: endOf(last, 'month') } },
    { id: 'last-month', days: before(month, 'month') },
    { id: 'this-quarter', days: { from: quarter, to: endOf(last, 'quarter') } },
    { id: 'last-quarter', days: before(quarter, 'quarter') },
    { id: 'year', days: { from: startOf(last, 'year'), to: last } },
    { id: 'last-12-months', days: { from: addDays(addMonths(last, -12), 1), to: last } },
  ]
}

/** Presets, or two days; both ends are included and count in the zone that is named. */
export function DateRange({ onClose }: { onClose(): void }) {
  const say = useSay()
  const page = useSignal(view)
  const now = parameters()
  const [from, setFrom] = useState(now.from ?? '')
  const [to, setTo] = useState(now.to ?? '')
  const last = page?.span?.to ?? new Date().toISOString().slice(0, 10)
  const show = (days: Partial<Days> | null) => {
    onClose()
    void go(hrefWith({ from: days?.from, to: days?.to }))
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    show({ from: from || undefined, to: to || undefined })
  }
  const isShown = (days: Days | null) => (now.from ?? '') === (days?.from ?? '') && (now.to ?? '') === (days?.to ?? '')
  return (
    <Modal title={say('dates')} onClose={onClose} place="top">
      <ul className="presets">
        {presets(last).map(({ id, days }) => (
          <li key={id}>
            <button type="button" className="button" aria-pressed={isShown(days)} onClick={() => show(days)}>
              {say(`dates.${id}`)}
            </button>
          </li>
        ))}
      </ul>
      <form className="dates-form" onSubmit={submit}>
        <label>
          {say('dates.from')}
          <input type="date" value={from} max={to || undefined} onChange={(event) => setFrom(event.target.value)} />
        </label>
        <label>
          {say('dates.to')}
          <input type="date" value={to} min={from || undefined} onChange={(event) => setTo(event.target.value)} />
        </label>
        <button type="submit" className="button primary">
          {say('dates.apply')}
        </button>
      </form>
      <p className="quiet">{say('dates.note', { last, zone: page?.zone ?? 'UTC' })}</p>
    </Modal>
  )
}
