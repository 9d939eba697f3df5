import { randomBytes } from 'node:crypto'
import { readSecret } from '../config/secret.ts'
import { surveysId } from '../config/surveys.ts'
import { RapportError } from '../errors.ts'
import type { Journal } from '../journal/journal.ts'
import type { Project } from '../project.ts'
import type { IntakeDoor, IntakeSource } from '../surfaces/server/intake/door.ts'
import { standardKey } from '../surfaces/server/intake/proof.ts'

/** What `serve` needs to take arrivals: secrets are read now, once, so that a missing one is said before anybody sends. */
export async function intakeDoor(
  project: Project,
  journal: Journal,
  onKept?: (position: number) => void,
): Promise<IntakeDoor & { key: string }> {
  const sources = await Promise.all(project.settings.sources.map((source) => intakeSource(source, project.directory)))
  return {
    sources: new Map(sources.map((source) => [source.id, source])),
    hosts: project.settings.intake?.hosts ?? [],
    key: randomBytes(32).toString('base64url'),
    journal,
    onKept,
  }
}

/** A source as its arrivals are read, without a word of who may send them. */
export function unprovedSource({ id, pack }: Project['settings']['sources'][number]): IntakeSource {
  return { id, verify: 'owner', secrets: [], surveys: id === surveysId && pack === surveysId }
}

async function intakeSource(
  source: Project['settings']['sources'][number],
  directory: string | null,
): Promise<IntakeSource> {
  const { intake } = source
  if (!intake) return unprovedSource(source)
  const secrets = intake.secret ? (await readSecret(intake.secret, { directory })).split(/\s+/) : []
  if (intake.verify === 'standard' && secrets.some((secret) => standardKey(secret).length < 16))
    throw malformed(source.id, intake.secret!)
  const challenge = intake.challenge && (await readSecret(intake.challenge, { directory }))
  return { ...unprovedSource(source), verify: intake.verify, secrets, challenge }
}

function malformed(source: string, where: string): RapportError {
  return new RapportError(
    {
      code: 'secret-malformed',
      message: `The secret of "${source}" is none of Standard Webhooks: it is whsec_ and base64 of at least 16 bytes.`,
      where,
      fix: 'Copy it whole from the system that sends.',
    },
    2,
  )
}
