import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { flowOrder } from '../../../src/cli/build-child.ts'
import { contextOf, readShared } from '../../../src/cli/opened.ts'
import { servicesOf } from '../../../src/cli/page-services.ts'
import { buildVersion } from '../../../src/flow/flow.ts'
import { generate } from '../../../src/generate/generate.ts'
import type { MetricContext } from '../../../src/metrics/context.ts'
import type { PageServices } from '../../../src/pages/services.ts'
import { openVersion, type Project, readProject } from '../../../src/project.ts'

/** A generated demo, built once, and opened as often as somebody wants to ask anew. */
export interface BuiltDemo {
  project: Project
  open(language: string): Promise<{ context: MetricContext; services: PageServices }>
  close(): Promise<void>
}

export async function builtDemo(name: string, rows?: number): Promise<BuiltDemo> {
  const folder = mkdtempSync(join(tmpdir(), 'rapport-report-'))
  const { files } = await generate(name, { ...(rows && { rows }), seed: 1, out: join(folder, name) })
  return builtFiles(
    files.map(({ path }) => path),
    folder,
  )
}

export async function builtFiles(files: string[], folder: string): Promise<BuiltDemo> {
  const order = { files, environment: { XDG_CACHE_HOME: folder } }
  await buildVersion(await flowOrder({ project: order, guess: true }))
  const project = await readProject(order)
  const open: (() => Promise<void>)[] = []
  return {
    project,
    open: async (language) => {
      const version = await openVersion(project)
      open.push(() => version.close())
      const shared = await readShared(project, version)
      const viewer = { personalData: 'mask', language } as const
      return { context: contextOf(shared, viewer), services: servicesOf(shared, viewer) }
    },
    close: async () => {
      for (const close of open) await close()
      rmSync(folder, { recursive: true, force: true })
    },
  }
}
