import { plainName } from './places.ts'
import { states } from './states.ts'

type State = (typeof states.regions)[number]

/** Written for a state, besides its postal code and its English name. */
const alsoCalled: Record<string, string> = {
  californie: 'CA',
  'caroline du nord': 'NC',
  'caroline du sud': 'SC',
  'dakota du nord': 'ND',
  'dakota du sud': 'SD',
  floride: 'FL',
  georgie: 'GA',
  'georgie usa': 'GA',
  hawai: 'HI',
  louisiane: 'LA',
  'nouveau mexique': 'NM',
  pennsylvanie: 'PA',
  virginie: 'VA',
  'virginie occidentale': 'WV',
  'washington dc': 'DC',
  'washington d c': 'DC',
  'district de columbia': 'DC',
  'new york state': 'NY',
  'washington state': 'WA',
}

let known: Map<string, State> | undefined

/** The state of the United States that a value is, by postal code (`CA`, `US-CA`) or name; undefined for anything else. */
export function stateOf(value: string | null): State | undefined {
  if (value === null) return undefined
  known ??= statesByName()
  const name = plainName(value)
  return known.get(name) ?? known.get(name.replace(/^us /, ''))
}

function statesByName(): Map<string, State> {
  const found = new Map<string, State>()
  for (const state of states.regions) for (const name of [state.code, state.name]) found.set(plainName(name), state)
  const byCode = new Map<string, State>(states.regions.map((state) => [state.code, state]))
  for (const [name, code] of Object.entries(alsoCalled)) {
    const state = byCode.get(code)
    if (state) found.set(name, state)
  }
  return found
}
