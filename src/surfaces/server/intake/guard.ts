import type { Context } from 'hono'
import { fromThisMachine, isLocal } from '../guard.ts'
import { refuse } from '../problem.ts'
import type { IntakeDoor, IntakeSource } from './door.ts'
import { alike, bearer } from './proof.ts'

/**
 * The source that a request is for. A source that proves its sender may be reached under a public name; one that does not takes what this
 * machine sends to itself. Whoever may not reach a source learns nothing of it.
 */
export function sourceOf(c: Context, door: IntakeDoor, port: number): IntakeSource {
  const host = c.req.header('host')?.toLowerCase() ?? ''
  const local = isLocal(host, port)
  if (local) fromThisMachine(c, port)
  else if (!door.hosts.some((name) => host === name || host.replace(/:\d+$/, '') === name))
    throw refuse(
      'host-refused',
      'The request names another host than this machine.',
      'Add it under `intake: hosts` in rapport.yaml.',
    )
  else if (c.req.header('origin') !== undefined)
    throw refuse('origin-refused', 'The request comes from a page of a browser.', 'Send it from a server.')
  const source = door.sources.get(c.req.param('source') ?? '')
  const here = local && !isForwarded(c)
  const token = bearer(c.req.header('authorization'))
  if (source && here && door.key && token && alike(token, door.key)) return { ...source, verify: 'owner' }
  if (!source || source.verify === 'owner' || (source.verify === 'none' && !here)) throw noSource()
  return source
}

/** A proxy that puts this machine's name over the one that was asked for still says that it is one. */
function isForwarded(c: Context): boolean {
  return ['forwarded', 'x-forwarded-for', 'x-forwarded-host', 'x-real-ip', 'via'].some(
    (name) => c.req.header(name) !== undefined,
  )
}

function noSource() {
  return refuse(
    'intake-unknown',
    'No such source takes arrivals.',
    'Give the source an `intake:` in rapport.yaml and start `rapport serve` again.',
    5,
  )
}
