import type { Command } from 'commander'
import { writeSplit } from '../config/identity.ts'
import { RapportError } from '../errors.ts'
import { explainIdentity, type Identity, type IdentityLink } from '../metrics/identity.ts'
import { buildProject } from './build-project.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { printData, printJson, say, textTable } from './output.ts'
import { readProjectFolder } from './project-folder.ts'

interface SplitOptions extends CommonOptions {
  reason?: string
}

export function addCommand(program: Command): void {
  const command = program
    .command('identity')
    .description('Why records of several sources are one customer, and how to take them apart.')
    .addHelpText('after', '\nExample:\n  $ rapport identity explain crm:17\n  $ rapport identity split crm:17 chat:a4')
  withData(
    command.command('explain <id>').description('The records of a customer, and what joined them. 5: not found.'),
  )
    .addHelpText('after', '\nExample:\n  $ rapport identity explain crm:17')
    .action(explain)
  withData(
    command
      .command('split <id> <other>')
      .description('Take OTHER out of the customer; written to identity.yaml, so that each build keeps it.'),
  )
    .option('--reason <sentence>', 'why, for those who read it later')
    .addHelpText('after', '\nExample:\n  $ rapport identity split crm:17 chat:a4 --reason "her sister"')
    .action(split)
}

async function explain(id: string, options: CommonOptions): Promise<void> {
  const identity = await identityOf(id, options)
  if (options.json) printJson(identity)
  else printIdentity(identity)
}

async function identityOf(id: string, options: CommonOptions): Promise<Identity> {
  const { context, version } = await openModel(options)
  try {
    const identity = await explainIdentity(id, context)
    if (identity) return identity
    throw new RapportError(
      {
        code: 'customer-unknown',
        message: `There is no customer record "${id}".`,
        where: id,
        fix: 'Give the id with its source before it (crm:17); "rapport journey" finds a customer by a part of it.',
      },
      5,
    )
  } finally {
    await version.close()
  }
}

function printIdentity({ id, members, links }: Identity): void {
  const others = members.filter((member) => member !== id)
  printData(
    others.length > 0 ? `${id} stands for ${members.length} records: ${members.join(', ')}.` : `${id} is one record.`,
  )
  const kept = links.filter((link) => !link.undone)
  const undone = links.filter((link) => link.undone)
  if (kept.length > 0) printData(`\n${tableOf(kept)}`)
  if (undone.length > 0) printData(`\nNot joined, or taken apart:\n${tableOf(undone)}`)
}

function tableOf(links: IdentityLink[]): string {
  return textTable(
    ['record', 'record', 'score', 'by', 'evidence'],
    links.map((link) => [link.left, link.right, link.score.toFixed(2), link.decided_by, link.evidence]),
    [false, false, true, false, false],
  )
}

async function split(id: string, other: string, options: SplitOptions): Promise<void> {
  const project = await readProjectFolder(options, 'A decision needs a project to be kept in')
  const identity = await identityOf(id, options)
  if (!identity.members.includes(other) || id === other) throw notJoined(id, other, identity)
  await writeSplit(project.directory, { left: id, right: other, ...(options.reason && { reason: options.reason }) })
  const { version } = await buildProject(options)
  const [left, right] = [await identityOf(id, options), await identityOf(other, options)]
  if (options.json) printJson({ version, left, right })
  else {
    say(`Written to identity.yaml; version ${version} is served. Remove the entry and build again to undo it.`)
    printIdentity(left)
    printIdentity(right)
  }
}

function notJoined(id: string, other: string, { members }: Identity): RapportError {
  return new RapportError(
    {
      code: 'records-not-joined',
      message: id === other ? `"${id}" is one record.` : `"${id}" and "${other}" are not one customer.`,
      where: other,
      fix:
        members.length > 1
          ? `Name one of: ${members.filter((each) => each !== id).join(', ')}.`
          : 'There is nothing to take apart.',
    },
    5,
  )
}
