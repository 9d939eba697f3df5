import { formatNumber } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { type Suggestion, suggestFrom } from '../flow/check/suggest.ts'
import { type Project, readChecks } from '../project.ts'
import type { OpenModel } from './model.ts'
import type { CommonOptions } from './options.ts'
import { printData, printJson } from './output.ts'

/** Prints checks that the data pass: to be read, thinned out, and kept in the project. */
export async function suggestChecks({ project, version, context }: OpenModel, options: CommonOptions): Promise<void> {
  const { present, as_of, zone, id } = context.version
  const suggestions = await suggestFrom(context.store, {
    checks: await readChecks(project),
    present,
    judged: { landed: version.publishedAt, asOf: as_of, zone },
  })
  if (options.json) printJson({ version: id, suggestions })
  else printData(yamlOf(suggestions, { project, version: id, words: context.words }))
}

/** A file of `catalog/checks/`, each check with what speaks for it. */
export function yamlOf(
  suggestions: Suggestion[],
  { project, version, words }: { project: Pick<Project, 'name'>; version: string; words: Words },
): string {
  const head = `# ${say(words, 'suggest.head', { name: project.name.replace(/\s+/g, ' '), version })}`
  if (suggestions.length === 0) return `${head}\n# ${say(words, 'suggest.none')}\nchecks: []\n`
  return `${head}\nchecks:\n${suggestions.map((each) => itemOf(each, words)).join('')}`
}

function itemOf({ check, evidence }: Suggestion, words: Words): string {
  const { says, ...facts } = evidence
  const ends = says === 'range' ? { low_text: shown(evidence.low, words), high_text: shown(evidence.high, words) } : {}
  const [first, ...rest] = Object.entries(check).map(([key, value]) => `${key}: ${scalar(value)}`)
  return [
    `  # ${say(words, `suggest.${says}`, { ...facts, ...ends })}`,
    `  - ${first}`,
    ...rest.map((line) => `    ${line}`),
    '',
  ].join('\n')
}

const shown = (value: number, words: Words): string => formatNumber(value, words, Number.isInteger(value) ? 0 : 2)

/** JSON is YAML; plain words need no quotes. */
function scalar(value: unknown): string {
  return typeof value === 'string' &&
    /^[a-z][a-z0-9_-]*$/.test(value) &&
    !['true', 'false', 'null', 'yes', 'no', 'on', 'off'].includes(value)
    ? value
    : JSON.stringify(value)
}
