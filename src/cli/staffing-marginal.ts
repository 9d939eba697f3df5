import { formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import type { NoFindings } from '../insights/finding.ts'
import { type MarginalAgent, type MarginalPlace, saidRank } from '../insights/marginal-agent.ts'
import type { Estimate } from '../stats/difference.ts'
import { coloured, printData, textTable } from './output.ts'

/** Queues by how much an agent more or less changes, the one it changes most first. */
export function printMarginal(found: MarginalAgent | NoFindings, words: Words): void {
  if ('refused' in found) {
    printData(found.refused)
    return
  }
  for (const { by, places, sentences } of found.tables) {
    printData(coloured('bold', say(words, `say.marginal.by.${by}`), process.stdout))
    for (const sentence of sentences) printData(sentence)
    printData(`\n${tableOfPlaces(places, words)}\n`)
  }
  for (const sentence of [...found.assumptions, ...found.left]) printData(`· ${sentence}`)
}

function tableOfPlaces(places: MarginalPlace[], words: Words): string {
  const number = (value: number) => formatNumber(value, words, 1)
  const interval = ({ low, high }: Estimate) => `${number(low)} … ${number(high)}`
  const ids = ['rank', 'name', 'contacts', 'attained', 'hours', 'more', 'interval', 'less', 'interval']
  return textTable(
    ids.map((id) => say(words, `say.marginal.column.${id}`)),
    places.map((place) => [
      saidRank(place, words),
      place.name,
      number(place.contacts_a_week),
      formatValue(place.attained, 'ratio', words),
      formatNumber(place.agent_hours, words),
      number(place.more.value),
      interval(place.more),
      number(place.less.value),
      interval(place.less),
    ]),
    ids.map((_, at) => at > 1),
  )
}
