import type { LoggedCase, LoggedEvent } from '../../insights/process-log.ts'

const head = `<?xml version="1.0" encoding="UTF-8"?>
<log xes.version="1849-2016" xes.features="" xmlns="http://www.xes-standard.org/">
  <extension name="Concept" prefix="concept" uri="http://www.xes-standard.org/concept.xesext"/>
  <extension name="Time" prefix="time" uri="http://www.xes-standard.org/time.xesext"/>
  <extension name="Lifecycle" prefix="lifecycle" uri="http://www.xes-standard.org/lifecycle.xesext"/>
  <extension name="Organizational" prefix="org" uri="http://www.xes-standard.org/org.xesext"/>
  <global scope="trace">
    <string key="concept:name" value="UNKNOWN"/>
  </global>
  <global scope="event">
    <string key="concept:name" value="UNKNOWN"/>
    <date key="time:timestamp" value="1970-01-01T00:00:00.000+00:00"/>
    <string key="lifecycle:transition" value="complete"/>
  </global>
  <classifier name="Activity" keys="concept:name"/>
`

/** What was written. */
export interface XesTally {
  cases: number
  events: number
}

/** Cases as an event log in XES (IEEE 1849), a chunk for each page of them. The tally is right when the last chunk was taken. */
export async function* xesOf(pages: AsyncIterable<LoggedCase[]>, tally: XesTally): AsyncGenerator<string> {
  yield head
  for await (const cases of pages) {
    tally.cases += cases.length
    for (const { events } of cases) tally.events += events.length
    yield cases.map(traceOf).join('')
  }
  yield '</log>\n'
}

function traceOf({ id, attributes, events }: LoggedCase): string {
  const own = attributes.map(([key, value]) => `    ${stringOf(key, value)}\n`).join('')
  return `  <trace>\n    ${stringOf('concept:name', id)}\n${own}${events.map(eventOf).join('')}  </trace>\n`
}

function eventOf({ step, at, actor, actor_kind, team }: LoggedEvent): string {
  const lines = [
    stringOf('concept:name', step),
    `<date key="time:timestamp" value="${at}"/>`,
    ...(actor === null ? [] : [stringOf('org:resource', actor)]),
    ...(actor_kind === null ? [] : [stringOf('org:role', actor_kind)]),
    ...(team === null ? [] : [stringOf('org:group', team)]),
    stringOf('lifecycle:transition', 'complete'),
  ]
  return `    <event>\n${lines.map((line) => `      ${line}\n`).join('')}    </event>\n`
}

const stringOf = (key: string, value: string): string => `<string key="${escaped(key)}" value="${escaped(value)}"/>`

const signs: Record<string, string> = {
  '&': '&amp;',
  '<': '&lt;',
  '>': '&gt;',
  '"': '&quot;',
  '\t': '&#9;',
  '\n': '&#10;',
  '\r': '&#13;',
}

/** A value of an attribute; what XML 1.0 has no sign for (control characters, halves of a pair) is left out. */
export function escaped(text: string): string {
  if (plain.test(text)) return text
  return text.replace(/[&<>"\t\n\r]/g, (sign) => signs[sign]!).replace(forbidden, '')
}

/** Most values are: looking for more costs several times as much. */
const plain = /^[ !#-%'-;=?-~]*$/
const forbidden = /[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu
