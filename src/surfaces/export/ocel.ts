import type { LoggedCase, LoggedEvent } from '../../insights/process-log.ts'
import { wordsOf } from '../../model/vocabularies.ts'

/** What was written. */
export interface OcelTally {
  cases: number
  events: number
  objects: number
}

export interface OcelSource {
  /** The cases from the beginning, each time it is called alike: the objects stand before the events that name them. */
  read: () => AsyncIterable<LoggedCase[]>
  /** Names of all attributes that a case can have. */
  attributes: string[]
}

/** Where values stand that hold from the beginning on. */
const beginning = '1970-01-01T00:00:00Z'
/** Who acted, where nothing says what they are. */
const someone = 'resource'

/**
 * Cases as an object-centric event log (OCEL 2.0, JSON), a chunk for each page of them. Objects are the cases, who acted, and the teams; an
 * event names those that it belongs to. No more is held than who acted, the teams and the steps. The tally is right when the last chunk was taken.
 */
export async function* ocelOf({ read, attributes }: OcelSource, tally: OcelTally): AsyncGenerator<string> {
  yield `{"objectTypes":${JSON.stringify(typesOf(attributes))},\n"objects":[\n`
  const others = new Map<string, string>()
  const steps = new Set<string>()
  let first = true
  for await (const cases of read()) {
    if (cases.length === 0) continue
    for (const { events } of cases)
      for (const event of events) {
        steps.add(event.step)
        for (const { id, type } of othersOf(event)) others.set(id, type)
      }
    yield `${first ? '' : ',\n'}${cases.map(caseText).join(',\n')}`
    first = false
    tally.cases += cases.length
  }
  for (const [id, type] of others) {
    yield `${first ? '' : ',\n'}${objectText(id, type, [])}`
    first = false
  }
  tally.objects = tally.cases + others.size
  const eventTypes = [...steps].map((name) => ({ name, attributes: textAttributes(told) }))
  yield `\n],\n"eventTypes":${JSON.stringify(eventTypes)},\n"events":[\n`
  for await (const cases of read()) {
    const begun = tally.events > 0
    const lines = cases.flatMap(({ id, events }) => events.map((event) => eventText(++tally.events, id, event)))
    if (lines.length > 0) yield `${begun ? ',\n' : ''}${lines.join(',\n')}`
  }
  yield '\n]}\n'
}

/** Attributes of an event: who acted also stands there as the source names them, since the id of an object has its type before it. */
const told = ['org:resource', 'org:role', 'org:group']

const textAttributes = (names: string[]) => names.map((name) => ({ name, type: 'string' }))

function typesOf(attributes: string[]) {
  const kinds = [...wordsOf('actor_kind'), someone, 'team']
  return [{ name: 'case', attributes: textAttributes(attributes) }, ...kinds.map((name) => ({ name, attributes: [] }))]
}

/** Who acted and the team. A case has its source before a colon, and a source has no slash in its name: no two objects have one id. */
function othersOf({ actor, actor_kind, team }: LoggedEvent): { id: string; type: string; as: string }[] {
  const kind = actor_kind ?? someone
  return [
    ...(actor === null ? [] : [{ id: `${kind}/${actor}`, type: kind, as: 'resource' }]),
    ...(team === null ? [] : [{ id: `team/${team}`, type: 'team', as: 'group' }]),
  ]
}

function caseText({ id, attributes }: LoggedCase): string {
  return objectText(
    id,
    'case',
    attributes.map(([name, value]) => ({ name, time: beginning, value })),
  )
}

function objectText(id: string, type: string, attributes: object[]): string {
  return JSON.stringify({ id, type, attributes, relationships: [] })
}

function eventText(number: number, id: string, event: LoggedEvent): string {
  const { step, at, actor, actor_kind, team } = event
  const values = [actor, actor_kind, team]
  return JSON.stringify({
    id: `e${number}`,
    type: step,
    time: at,
    attributes: told.flatMap((name, place) => (values[place] == null ? [] : [{ name, value: values[place] }])),
    relationships: [
      { objectId: id, qualifier: 'case' },
      ...othersOf(event).map((each) => ({ objectId: each.id, qualifier: each.as })),
    ],
  })
}
