import type { Command } from 'commander'
import { formatNumber, formatValue } from '../config/format.ts'
import { say, type Words } from '../config/words.ts'
import { readContacts } from '../insights/contacts-evidence.ts'
import { type ContactGroup, findWhoContacts, type WhoContacts } from '../insights/who-contacts.ts'
import { openModel } from './model.ts'
import { type CommonOptions, withData } from './options.ts'
import { coloured, printData, printJson, textTable } from './output.ts'

export function addContacts(insights: Command): void {
  const command = insights
    .command('contacts')
    .description('Who contacts us: cases per customer by age, gender, segment, market and product, or what is missing.')
  withData(command).addHelpText('after', '\nExample:\n  $ rapport insights contacts --lang fr').action(printContacts)
}

async function printContacts(options: CommonOptions): Promise<void> {
  const { context, version } = await openModel(options)
  try {
    const found = findWhoContacts(await readContacts(context), context.words)
    if (options.json) printJson({ version: context.version.id, ...found })
    else if ('refused' in found) printData(found.refused)
    else printGroups(found, context.words)
  } finally {
    await version.close()
  }
}

function printGroups(found: WhoContacts, words: Words): void {
  for (const sentence of found.sentences) printData(sentence)
  for (const { label, groups } of found.kinds) {
    printData(`\n${coloured('bold', label, process.stdout)}`)
    printData(tableOfGroups(groups, words))
  }
  if (found.questions.length > 0) {
    printData(`\n${say(words, 'say.contacts.questions')}`)
    for (const { text } of found.questions) printData(`· ${text}`)
  }
  printData('')
  for (const sentence of [...found.left.map((each) => each.sentence), ...found.limits]) printData(`· ${sentence}`)
}

function tableOfGroups(groups: ContactGroup[], words: Words): string {
  const number = (value: number) => formatNumber(value, words, 2)
  const ids = ['group', 'customers', 'of-customers', 'of-cases', 'rate', 'others', 'ratio', 'interval', 'q']
  return textTable(
    ids.map((id) => say(words, `say.contacts.column.${id}`)),
    groups.map((group) => [
      group.label,
      formatNumber(group.customers, words),
      formatValue(group.share_of_customers, 'ratio', words),
      formatValue(group.share_of_cases, 'ratio', words),
      number(group.rate),
      number(group.others),
      group.ratio ? number(group.ratio.value) : '–',
      group.ratio ? `${number(group.ratio.low)} … ${number(group.ratio.high)}` : '',
      group.q === null ? '' : formatNumber(group.q, words, 3),
    ]),
    ids.map((_, at) => at > 0),
  )
}
