import { problemsOf, RapportError } from '../errors.ts'
import { buildVersion } from '../flow/flow.ts'
import { productVersion, readChecks, readPacks, readProject } from '../project.ts'
import type { BuildMessage, BuildOrder } from './build-process.ts'
import { memoryLimit } from './build-process.ts'

function tell(message: BuildMessage): void {
  process.stdout.write(`${JSON.stringify(message)}\n`)
}

/** The other end of `runBuild`: builds one project, says how it goes, ends. */
export async function buildChild(): Promise<void> {
  try {
    const order = JSON.parse(process.argv[3] ?? '{}') as BuildOrder
    const project = await readProject(order.project)
    const report = await buildVersion(
      {
        directory: project.directory,
        data: project.data,
        settings: project.settings,
        hash: project.hash,
        product: await productVersion(),
        packs: await readPacks(project),
        checks: await readChecks(project),
        guess: order.guess,
        answers: order.answers ?? {},
        memory: `${Math.max(1, Math.floor(memoryLimit() / 2))}GB`,
      },
      (progress) => tell({ kind: 'progress', progress }),
    )
    tell({ kind: 'report', report })
  } catch (error) {
    tell({ kind: 'failed', problems: problemsOf(error), exitCode: error instanceof RapportError ? error.exitCode : 1 })
    if (!(error instanceof RapportError) && error instanceof Error) process.stderr.write(`${error.stack}\n`)
  }
}
