import { formatDate } from '../../config/format.ts'
import type { Choice, Filter } from '../../pages/view.ts'
import type { VersionAnswer } from '../server/wire.ts'
import { hrefCleared, hrefWith, hrefWithout } from './address.ts'
import { askOnce } from './api.ts'
import { setLanguage, useSay, words } from './language.ts'
import { useAnswer } from './load.ts'
import { go } from './navigate.ts'
import { openOverlay } from './overlay.ts'
import { view } from './page.ts'
import { useSignal } from './signal.ts'
import { nextTheme, setTheme, type Theme, theme } from './theme.ts'

/** What a viewer can change, in one row: dates, comparison, filters, language, theme, search. */
export function Toolbar() {
  const page = useSignal(view)
  return (
    <>
      {page?.choices.dates && <DatesButton from={page.parameters.from} to={page.parameters.to} />}
      {page?.choices.compare && <CompareChoice choices={page.choices.compare} value={page.parameters.compare ?? ''} />}
      {page && page.dimensions.length > 0 && <FilterButton />}
      <LanguageChoice />
      <ThemeButton />
      <PaletteButton />
    </>
  )
}

function DatesButton({ from, to }: { from?: string; to?: string }) {
  const say = useSay()
  const current = useSignal(words)
  const day = (iso: string | undefined) => (iso ? formatDate(iso, current) : '…')
  return (
    <button
      type="button"
      className="button"
      title={say('key', { key: 't' })}
      onClick={() => openOverlay({ kind: 'dates' })}
    >
      {from || to ? `${day(from)} – ${day(to)}` : say('dates.all')} <Arrow />
    </button>
  )
}

function Arrow() {
  return (
    <span aria-hidden="true" className="arrow">
      ▾
    </span>
  )
}

function CompareChoice({ choices, value }: { choices: Choice[]; value: string }) {
  const say = useSay()
  return (
    <select
      className="button"
      aria-label={say('compare')}
      value={value}
      onChange={(event) =>
        void go(hrefWith({ compare: (event.target.value || undefined) as 'previous' | 'year' | undefined }))
      }
    >
      {choices.map((choice) => (
        <option key={choice.value} value={choice.value}>
          {choice.label}
        </option>
      ))}
    </select>
  )
}

function FilterButton() {
  const say = useSay()
  return (
    <button
      type="button"
      className="button"
      title={say('key', { key: 'f' })}
      onClick={() => openOverlay({ kind: 'filter' })}
    >
      <span aria-hidden="true">+ </span>
      {say('filter')}
    </button>
  )
}

function LanguageChoice() {
  const say = useSay()
  const current = useSignal(words)
  const { value } = useAnswer('version', () => askOnce<VersionAnswer>('/api/version'))
  const languages = value?.languages ?? [current.language]
  if (languages.length < 2) return null
  const name = (language: string) => new Intl.DisplayNames([language], { type: 'language' }).of(language) ?? language
  return (
    <select
      className="button compact"
      aria-label={say('language')}
      value={current.language}
      onChange={(event) => setLanguage(event.target.value)}
    >
      {languages.map((language) => (
        <option key={language} value={language} lang={language} label={language.toUpperCase()}>
          {name(language)}
        </option>
      ))}
    </select>
  )
}

/** Drawn, not typed: few fonts have these signs. Filled is dark. */
const moons: Record<Theme, string> = {
  system: 'M8 2a6 6 0 0 1 0 12Z',
  light: '',
  dark: 'M8 2a6 6 0 0 1 0 12a6 6 0 0 1 0-12Z',
}

function ThemeButton() {
  const say = useSay()
  const current = useSignal(theme)
  const label = say('theme', { theme: say(`theme.${current}`) })
  return (
    <button
      type="button"
      className="button icon"
      aria-label={label}
      title={label}
      onClick={() => setTheme(nextTheme())}
    >
      <svg aria-hidden="true" width="16" height="16" viewBox="0 0 16 16" className="moon">
        <circle cx="8" cy="8" r="6" />
        <path d={moons[current]} />
      </svg>
    </button>
  )
}

function PaletteButton() {
  const say = useSay()
  const keys = /Mac|iPhone|iPad/.test(navigator.platform) ? '⌘K' : 'Ctrl K'
  return (
    <button type="button" className="button" title={say('palette')} onClick={() => openOverlay({ kind: 'palette' })}>
      <span className="visually-hidden">{say('palette')}</span>
      {keys}
    </button>
  )
}

/** The active filters: each says what it does and takes itself away. */
export function Chips() {
  const say = useSay()
  const filters = useSignal(view)?.filters ?? []
  if (filters.length === 0) return null
  return (
    <>
      <ul className="chips" aria-label={say('filters')}>
        {filters.map((filter) => (
          <Chip key={filter.text} filter={filter} />
        ))}
      </ul>
      <button
        type="button"
        className="link-button"
        title={say('key', { key: 'Shift Esc' })}
        onClick={() => void go(hrefCleared())}
      >
        {say('filter.clear')}
      </button>
    </>
  )
}

function Chip({ filter }: { filter: Filter }) {
  const say = useSay()
  const excludes = filter.op === 'not_in' || filter.op === 'not_null'
  return (
    <li className={excludes ? 'chip chip-excludes' : 'chip'}>
      <button
        type="button"
        className="chip-text"
        onClick={() => openOverlay({ kind: 'filter', dimension: filter.dimension })}
      >
        {filter.label}
      </button>
      <button
        type="button"
        className="chip-remove"
        aria-label={say('filter.remove', { filter: filter.label })}
        onClick={() => void go(hrefWithout(filter.text))}
      >
        <span aria-hidden="true">×</span>
      </button>
    </li>
  )
}
