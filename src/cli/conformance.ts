import { existsSync } from 'node:fs'
import { formatDuration, formatNumber, formatValue } from '../config/format.ts'
import { say as sayWord, type Words } from '../config/words.ts'
import { assertNone, readYaml } from '../config/yaml.ts'
import { type Problem, RapportError } from '../errors.ts'
import { type Conformance, findConformance, ratingText } from '../insights/conformance.ts'
import { readConformance } from '../insights/conformance-evidence.ts'
import type { ProcessScope } from '../insights/read-process.ts'
import { settledProcess } from '../insights/settled-process.ts'
import { parseTargetProcess, type TargetProcess } from '../insights/target-process.ts'
import { didYouMean } from '../metrics/nearest.ts'
import { readProcesses } from '../project.ts'
import type { OpenModel } from './model.ts'
import type { CommonOptions } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'

/** `rapport insights process --against`: which cases follow a process, and where the others part. */
export async function printConformance(
  against: string,
  scope: ProcessScope,
  { project, context }: OpenModel,
  { json }: CommonOptions,
): Promise<void> {
  const target = await settledProcess(await readTarget(against, project), context)
  const answer = findConformance(target, await readConformance(target, scope, context), context.words)
  if (json) printJson({ ...scope, version: context.version.id, ...answer })
  else if ('refused' in answer) printData(answer.refused)
  else printAnswer(answer, context.words)
}

/** A file goes before an id: who names one that is there means it. */
async function readTarget(against: string, project: OpenModel['project']): Promise<TargetProcess> {
  if (existsSync(against)) {
    const problems: Problem[] = []
    const target = parseTargetProcess(await readYaml(against), problems)
    assertNone(problems)
    return target!
  }
  const processes = await readProcesses(project)
  const found = processes.get(against)
  if (found) return found
  throw new RapportError(
    {
      code: 'process-unknown',
      message: `"${against}" is neither a file nor a process of this project.`,
      where: '--against',
      fix: didYouMean(
        against,
        processes.keys(),
        'Name a file such as process.yaml; docs/process.md shows what stands in it.',
      ),
    },
    5,
  )
}

const most = 30

function printAnswer(found: Conformance, words: Words): void {
  printData([found.sentence, ...found.limits].join('\n'))
  const column = (id: string): string => sayWord(words, `say.conformance.column.${id}`)
  const heading = (id: string): void =>
    printData(`\n${coloured('bold', sayWord(words, `say.conformance.heading.${id}`), process.stdout)}`)
  heading('steps')
  printData(
    textTable(
      ['step', 'needed', 'limit', 'cases'].map(column),
      found.steps.map(({ label, optional, within, cases }) => [
        label,
        sayWord(words, optional ? 'say.conformance.optional' : 'say.conformance.always'),
        within === null ? '' : formatDuration(within, words),
        formatNumber(cases, words),
      ]),
      [false, false, true, true],
    ),
  )
  if (found.deviations.length === 0) return
  heading('deviations')
  printData(
    textTable(
      ['deviation', 'cases', 'share', 'count', 'extra', 'rating'].map(column),
      found.deviations
        .slice(0, most)
        .map((each) => [
          each.label,
          formatNumber(each.cases, words),
          formatValue(each.share, 'ratio', words),
          formatNumber(each.count, words),
          formatValue(each.extra, 'seconds', words),
          ratingText(each, words),
        ]),
      [false, true, true, true, true, false],
    ),
  )
  if (found.deviations.length > most)
    printData(sayWord(words, 'say.process.more', { shown: most, all: found.deviations.length }))
}
