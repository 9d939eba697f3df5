import { mkdir, readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { productVersion } from '../config/product.ts'
import { problemsOf, RapportError } from '../errors.ts'
import { type Answers, buildVersion, type BuildOrder as FlowOrder, mapOnly } from '../flow/flow.ts'
import { metricsTakenAway } from '../metrics/needs.ts'
import { readCatalogue, readChecks, readPacks, readProject, readSynonyms } from '../project.ts'
import type { BuildMessage, BuildOrder } from './build-process.ts'
import { memoryLimit } from './build-process.ts'

function tell(message: BuildMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

/** The other end of `runBuild`: builds one project, says how it goes, ends. */
export async function buildChild(): Promise<void> {
  try {
    const order = JSON.parse(process.argv[3] ?? '{}') as BuildOrder
    const build = await flowOrder(order)
    if (order.mapOnly) tell({ kind: 'mapped', ...(await mapOnly(build)) })
    else tell({ kind: 'report', report: await buildVersion(build, (progress) => tell({ kind: 'progress', progress })) })
  } catch (error) {
    tell({ kind: 'failed', problems: problemsOf(error), exitCode: error instanceof RapportError ? error.exitCode : 1 })
    if (!(error instanceof RapportError) && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  }
  // Not waiting for the engine to give its memory back, which takes half a second after a large build.
  process.stdout.write('', () => process.exit())
}

/** All that the flow is told about a project. */
export async function flowOrder(order: BuildOrder): Promise<FlowOrder> {
  const project = await readProject(order.project)
  // Files alone use the built-in catalogue, which its tests have read; a project's own additions are all checked first.
  const { packs, checks, metrics } = project.directory
    ? await readCatalogue(project)
    : { packs: await readPacks(project), checks: await readChecks(project), metrics: null }
  return {
    directory: project.directory,
    data: project.data,
    settings: project.settings,
    hash: project.hash,
    product: await productVersion(),
    packs,
    synonyms: () => readSynonyms(project),
    checks,
    guess: order.guess,
    answers: await rememberAnswers(project.data.root, order.answers),
    takenAway: (column: string, present: ReadonlySet<string>) =>
      metrics ? metricsTakenAway(column, present, metrics) : [],
    memory: `${Math.max(1, Math.floor(memoryLimit() / 2))}GB`,
  }
}

/** What was answered once for these files is not asked again. */
async function rememberAnswers(root: string, answers: Answers | undefined): Promise<Answers> {
  const file = join(root, 'answers.json')
  if (!answers)
    return readFile(file, 'utf8').then(
      (text) => JSON.parse(text) as Answers,
      () => ({}),
    )
  await mkdir(root, { recursive: true, mode: 0o700 })
  await writeFile(file, JSON.stringify(answers), { mode: 0o600 })
  return answers
}
