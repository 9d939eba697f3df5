import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { parseDocument } from 'yaml'
import { z } from 'zod'
import type { Problem } from '../errors.ts'
import { checked } from './check.ts'
import { assertNone, type Document, parseYaml } from './yaml.ts'

const pairSchema = z.strictObject({ left: z.string().min(1), right: z.string().min(1), reason: z.string().optional() })

/** What stands in `identity.yaml`, beside `rapport.yaml`: who the user says is one person, and who is not. */
const decisionsSchema = z.strictObject({
  split: z.array(pairSchema).default([]),
  join: z.array(pairSchema).default([]),
})

/** Two records by their ids. `right` is the one that leaves when they are taken apart. */
export type Pair = z.infer<typeof pairSchema>
export type Decisions = z.infer<typeof decisionsSchema>

const fileName = 'identity.yaml'

/** The file as text; empty where there is none. Part of what makes a version. */
export async function readDecisionsText(directory: string): Promise<string> {
  return readFile(join(directory, fileName), 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return ''
    throw error
  })
}

/** The decisions of a project; none where files were named directly. Every fault at once. */
export async function readDecisions(directory: string | null): Promise<Decisions> {
  const text = directory === null ? '' : await readDecisionsText(directory)
  const problems: Problem[] = []
  const decisions = parseDecisions(parseYaml(text, fileName), problems)
  assertNone(problems)
  return decisions
}

function parseDecisions(document: Document, problems: Problem[]): Decisions {
  const decisions = checked(decisionsSchema, document.value ?? {}, document, problems)
  if (!decisions) return { split: [], join: [] }
  const splits = new Map(decisions.split.map((pair, index) => [keyOf(pair), document.where(['split', index])]))
  for (const list of ['split', 'join'] as const)
    decisions[list].forEach((pair, index) => {
      const where = document.where([list, index])
      if (pair.left === pair.right)
        problems.push({
          code: 'pair-of-one',
          message: `"${pair.left}" stands on both sides.`,
          where,
          fix: 'Name two records.',
        })
      const other = list === 'join' ? splits.get(keyOf(pair)) : undefined
      if (other)
        problems.push({
          code: 'pair-joined-and-split',
          message: `"${pair.left}" and "${pair.right}" are joined here and split at ${other}.`,
          where,
          fix: 'Keep one of the two decisions.',
        })
    })
  return decisions
}

const keyOf = ({ left, right }: Pair): string => JSON.stringify([left, right].toSorted())

/** Writes down that two records are two people. Comments and other decisions stay; the same decision twice is one. */
export async function writeSplit(directory: string, pair: Pair): Promise<void> {
  const decisions = await readDecisions(directory)
  if (decisions.split.some((each) => each.left === pair.left && each.right === pair.right)) return
  const document = parseDocument(await readDecisionsText(directory))
  if (document.has('split')) document.addIn(['split'], document.createNode(pair))
  else document.setIn(['split'], document.createNode([pair]))
  await writeFile(join(directory, fileName), String(document))
}
