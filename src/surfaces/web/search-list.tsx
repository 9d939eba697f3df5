import { type KeyboardEvent, type ReactNode, useRef, useState } from 'react'
import { Autocomplete } from 'react-aria-components/Autocomplete'
import { Collection } from 'react-aria-components/Collection'
import { Input } from 'react-aria-components/Input'
import { Header, ListBox, ListBoxItem, ListBoxSection, type Selection } from 'react-aria-components/ListBox'
import { SearchField } from 'react-aria-components/SearchField'
import { closeOverlay } from './overlay.ts'

export interface Entry {
  id: string
  label: string
  /** Second line or right-hand side, in quiet print. */
  note?: ReactNode
  /** More words by which it is found. */
  also?: string
}

export interface Section {
  id: string
  title: string
  entries: Entry[]
}

interface SearchListProps {
  label: string
  sections: Section[]
  empty: string
  /** Called with one entry; without it entries are chosen, see `selected`. */
  onAction?(id: string): void
  selected?: Set<string>
  onSelect?(ids: Set<string>): void
  /** When the words are looked up elsewhere: nothing is left out here. */
  onSearch?(text: string): void
}

/** Lower case and without accents: "réponse" is found by "reponse". */
function plain(text: string): string {
  return text.toLowerCase().normalize('NFD').replaceAll(/\p{M}/gu, '')
}

/** Every word must occur somewhere. */
function matches(entry: Entry, words: string[]): boolean {
  const text = plain(`${entry.label} ${entry.also ?? ''} ${entry.id}`)
  return words.every((word) => text.includes(word))
}

/** A field to type in and a list that follows: arrows move in the list while the focus stays in the field. */
export function SearchList(props: SearchListProps) {
  const [text, setText] = useState('')
  const words = plain(text).split(/\s+/).filter(Boolean)
  const sections = props.sections
    .map((section) => ({
      ...section,
      entries: props.onSearch ? section.entries : section.entries.filter((entry) => matches(entry, words)),
    }))
    .filter((section) => section.entries.length > 0)
  const change = (next: string) => {
    setText(next)
    props.onSearch?.(next)
  }
  const list = useRef<HTMLDivElement>(null)
  /** Esc closes at once instead of emptying the field; Enter right after typing takes the entry that the list is about to mark. */
  const keyed = (event: KeyboardEvent) => {
    if (event.key === 'Escape') {
      event.preventDefault()
      event.stopPropagation()
      return closeOverlay()
    }
    const [first] = sections.flatMap((section) => section.entries)
    if (!(event.target instanceof HTMLInputElement)) return
    if (event.key !== 'Enter' || !first || list.current?.querySelector('[data-focused]')) return
    event.preventDefault()
    event.stopPropagation()
    if (props.onSelect) props.onSelect(new Set(props.selected).add(first.id))
    else props.onAction?.(first.id)
  }
  return (
    <div onKeyDownCapture={keyed}>
      <Autocomplete inputValue={text} onInputChange={change} disableAutoFocusFirst={false}>
        <SearchField aria-label={props.label} autoFocus className="search-field">
          <Input
            className="search-input"
            placeholder={props.label}
            role="combobox"
            aria-expanded="true"
            aria-haspopup="listbox"
          />
        </SearchField>
        <ListBox
          ref={list}
          aria-label={props.label}
          className="search-list"
          items={sections}
          dependencies={[props.selected, sections]}
          selectionMode={props.onSelect ? 'multiple' : 'none'}
          selectedKeys={props.selected}
          onSelectionChange={(keys: Selection) => keys !== 'all' && props.onSelect?.(new Set([...keys].map(String)))}
          onAction={props.onSelect ? undefined : (key) => props.onAction?.(String(key))}
          renderEmptyState={() => <p className="quiet search-empty">{props.empty}</p>}
        >
          {(section: Section) => (
            <ListBoxSection id={section.id} className="search-section">
              <Header className="search-head">{section.title}</Header>
              <Collection items={section.entries}>
                {(entry: Entry) => (
                  <ListBoxItem id={entry.id} textValue={entry.label} className="search-item">
                    {({ isSelected }) => (
                      <>
                        {props.onSelect && (
                          <svg className="tick" aria-hidden="true" width="14" height="14" viewBox="0 0 14 14">
                            {isSelected && <path d="M2.5 7.5 5.5 10.5 11.5 3.5" />}
                          </svg>
                        )}
                        <span className="search-label">{entry.label}</span>
                        {entry.note !== undefined && <span className="search-note">{entry.note}</span>}
                      </>
                    )}
                  </ListBoxItem>
                )}
              </Collection>
            </ListBoxSection>
          )}
        </ListBox>
      </Autocomplete>
    </div>
  )
}
