import type { Command } from 'commander'
import { RapportError } from '../errors.ts'
import type { MetricContext } from '../metrics/context.ts'
import { type Journey, readJourney } from '../metrics/journey.ts'
import { readRows } from '../metrics/rows.ts'
import { journeySentence, lineOf } from '../pages/tiles/journey.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'

export function addCommand(program: Command): void {
  withData(
    program
      .command('journey <customer>')
      .description('Everything that happened to one customer in order of time. 5: not found.'),
  )
    .addHelpText('after', '\nExample:\n  $ rapport journey crm:17\n  $ rapport journey "Ada" --show-personal')
    .action(journey)
}

async function journey(customer: string, options: CommonOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const found = (await readJourney(customer, context)) ?? (await onlyMatch(customer, context))
    if (options.json) printJson({ version: context.version.id, zone: 'UTC', ...found })
    else printJourney(found, context)
  } finally {
    await version.close()
  }
}

const mostNamed = 10

/** By a part of the number; by a part of the name where the viewer may read names. */
async function onlyMatch(search: string, context: MetricContext): Promise<Journey> {
  const { rows, total } = await readRows(
    { table: 'customers', columns: ['id', 'source_key'], search, limit: 500 },
    context,
  )
  // The whole number goes before a number that holds it.
  const exact = rows.filter((row) => row.source_key === search)
  const hits = exact.length > 0 ? exact : rows
  const [hit] = hits
  const found =
    hits.length === 1 && (exact.length === 1 || total === 1) ? await readJourney(String(hit?.id), context) : null
  if (found) return found
  const ids = hits.slice(0, mostNamed).map((row) => String(row.id))
  throw new RapportError(
    hits.length === 0
      ? {
          code: 'customer-unknown',
          message: `There is no customer "${search}".`,
          where: 'CUSTOMER',
          fix: 'Give an id or a part of it; names are searched only with --show-personal.',
        }
      : {
          code: 'customer-ambiguous',
          message: `"${search}" fits ${total} customers.`,
          where: 'CUSTOMER',
          fix: `Say which: ${ids.join(', ')}${total > ids.length ? ', ...' : ''}.`,
        },
    hits.length === 0 ? 5 : 2,
  )
}

function printJourney(found: Journey, { words }: MetricContext): void {
  const { customer, entries } = found
  const known = customer.columns
    .filter((column) => !['id', 'source_key'].includes(column.id) && customer.row[column.id] != null)
    .map((column) => `${column.label}: ${customer.row[column.id]}`)
  printData(coloured('bold', customer.id, process.stdout))
  if (known.length > 0) printData(known.join(' · '))
  if (customer.records.length > 1) printData(`${customer.records.length} records: ${customer.records.join(', ')}`)
  printData(`${journeySentence(found, words)}\n`)
  const rows = entries.flatMap((entry) => {
    const { text, time, about, gap } = lineOf(entry, words)
    return [...(gap ? [['', `… ${gap}`, '']] : []), [time, text, about]]
  })
  if (rows.length > 0) printData(textTable(['UTC', '', ''], rows, [false, false, false]))
}
