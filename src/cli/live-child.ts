import { createInterface } from 'node:readline'
import { problemsOf } from '../errors.ts'
import type { LiveTask } from '../flow/live/builder.ts'
import { buildLive } from '../flow/live.ts'
import { flowOrder } from './build-child.ts'
import type { BuildOrder } from './build-process.ts'
import type { LiveAnswer } from './live-process.ts'

function tell(answer: LiveAnswer): void {
  process.stdout.write(`${JSON.stringify(answer)}\n`)
}

/** The other end of `startLiveProcess`: told positions line by line, it answers with files until its input ends. */
export async function liveChild(): Promise<void> {
  const project = JSON.parse(process.argv[3] ?? '{}') as BuildOrder
  // Read at once: who is warmed is to be quick with the first task.
  let order = flowOrder(project)
  order.catch(() => {})
  for await (const line of createInterface({ input: process.stdin })) {
    const task = JSON.parse(line) as LiveTask
    try {
      tell({ kind: 'live', report: await buildLive({ ...(await order), ...task }) })
    } catch (error) {
      order = flowOrder(project)
      order.catch(() => {})
      tell({ kind: 'failed', problems: problemsOf(error) })
    }
  }
}
