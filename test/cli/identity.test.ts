import { readFile, rm, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import type { Identity } from '../../src/metrics/identity.ts'
import type { Journey } from '../../src/metrics/journey.ts'
import { cell, frame, json, makeFolder, problems, removeFolder, run, serve, write } from './command.ts'

/**
 * Four systems that share no number: a customer register, calls, chats and tickets. Ada Byron is in all of them, each time written
 * in another way; Bo Byron shares her telephone.
 */
const files = {
  'register.csv': [
    'No,Full Name,Mail,Tel,Country',
    '1,Ada Byron,ada@example.org,+44 20 7946 0018,GB',
    '2,Bo Byron,bo@example.org,020 7946 0018,GB',
    '3,Cy Lund,cy@example.org,+46 8 123 45 67,SE',
    '',
  ].join('\n'),
  'calls.csv': [
    'Call,Begun,Answered,Waited,Caller,Number',
    'k1,2025-03-01 09:00:00,2025-03-01 09:00:45,45,BYRON Ada,0044 20 79460018',
    'k2,2025-03-20 10:00:00,,600,Bo Byron,+44 (0)20 7946 0018',
    '',
  ].join('\n'),
  'chats.csv': [
    'Chat,Begun,Replied,Visitor,Address',
    'c1,2025-03-05 12:00:00,2025-03-05 12:00:30,Ada Byron,Ada@Example.org',
    '',
  ].join('\n'),
  'tickets.csv': [
    'Ref,Opened,Answered,Done,Client,Address,Rating,Topic',
    't1,2025-03-06 08:00:00,2025-03-06 10:00:00,2025-03-07 08:00:00,A. Byron,ada@example.org,4,Refund',
    't2,2025-03-08 08:00:00,,,Cy Lund,cy@example.org,,Login',
    '',
  ].join('\n'),
}

const pack = (id: string, table: string): string => `id: ${id}\nname: ${id}\ntables:\n  - ${table}\n`
const read = 'read: "%Y-%m-%d %H:%M:%S"'
const packs = {
  register: pack(
    'register',
    '{name: people, recognise: [No, Full Name, Mail, Tel], fills: [{table: customers, key: No, columns: {name: Full Name, email: Mail, phone: Tel, market: Country}}]}',
  ),
  calls: pack(
    'calls',
    `{name: calls, recognise: [Call, Begun, Answered, Caller], fills: [{table: touchpoints, key: Call, columns: {channel: {value: call}, direction: {value: inbound}, started_at: {from: Begun, ${read}}, responded_at: {from: Answered, ${read}}, wait_seconds: Waited, is_answered: {expression: "Answered is not null"}, customer: {key: [Caller, Number]}}}, {table: customers, key: [Caller, Number], distinct: true, unidentified: true, columns: {name: Caller, phone: Number}}]}`,
  ),
  chats: pack(
    'chats',
    `{name: chats, recognise: [Chat, Begun, Replied, Visitor], fills: [{table: touchpoints, key: Chat, columns: {channel: {value: chat}, direction: {value: inbound}, started_at: {from: Begun, ${read}}, responded_at: {from: Replied, ${read}}, customer: {key: [Visitor, Address]}}}, {table: customers, key: [Visitor, Address], distinct: true, unidentified: true, columns: {name: Visitor, email: Address}}]}`,
  ),
  tickets: pack(
    'tickets',
    `{name: tickets, recognise: [Ref, Opened, Done, Client], fills: [{table: cases, key: Ref, columns: {channel: {value: email}, subject: Topic, created_at: {from: Opened, ${read}}, first_response_at: {from: Answered, ${read}}, solved_at: {from: Done, ${read}}, customer: {key: [Client, Address]}}}, {table: customers, key: [Client, Address], distinct: true, unidentified: true, columns: {name: Client, email: Address}}, {table: surveys, when: "Rating is not null", columns: {kind: {value: csat}, case: Ref, customer: {key: [Client, Address]}, responded_at: {from: Done, ${read}}, score: Rating, scale_min: {value: 1}, scale_max: {value: 5}}}]}`,
  ),
}

let folder: string
const inProject = ['--project', 'shop']
const ask = (...args: string[]) => frame([...args, ...inProject], { folder })
/** Rows of the table; the metric counts those that some source knows by a number. */
const records = async () => {
  const server = await serve(['serve', ...inProject], { folder })
  try {
    return (await server.get<{ total: number }>('/api/rows?table=customers')).total
  } finally {
    await server.stop()
  }
}
const count = async (metric: string) => cell(await ask(metric), metric).value

beforeAll(async () => {
  folder = await makeFolder()
  const names = Object.keys(packs) as (keyof typeof packs)[]
  await write(folder, {
    ...Object.fromEntries(Object.entries(files).map(([name, text]) => [`shop/${name}`, text])),
    ...Object.fromEntries(names.map((name) => [`shop/catalog/packs/${name}/pack.yaml`, packs[name]])),
    'shop/rapport.yaml': `sources:\n${names.map((name) => `  - { id: ${name}, files: ${name}.csv, pack: ${name} }\n`).join('')}`,
  })
})
afterAll(() => removeFolder(folder))

interface Built {
  version: string
  notes: { code: string; message: string }[]
}

let first: Built
test('a customer of all four systems is there once', async () => {
  first = await json<Built>(['build', ...inProject], { folder })
  expect(first.notes.filter(({ code }) => code.startsWith('identit')).map(({ message }) => message)).toEqual([
    '8 customer records are 3 customers: 5 were joined with another record of the same person.',
  ])
  expect([await records(), await count('customers')]).toEqual([3, 3])
})

const explained = (id: string) => json<Identity>(['identity', 'explain', id, ...inProject], { folder })

test('the merge can be explained, by the id of any record', async () => {
  const ada = await explained('register:1')
  expect(ada.members.map((id) => id.split(':')[0])).toEqual(['calls', 'chats', 'register', 'tickets'])
  expect(ada.id).toBe('register:1')
  expect(await explained(ada.members[1]!)).toEqual(ada)
  const evidence = new Set(ada.links.map((link) => link.evidence))
  expect(evidence).toEqual(
    new Set([
      'Same phone number and same name.',
      'Same e-mail address and same name.',
      'Same e-mail address and the same name with an initial or without a middle one.',
    ]),
  )
  const { stdout } = await run(['identity', 'explain', 'register:1', ...inProject], { folder })
  expect(stdout).toContain('stands for 4 records')
  expect(stdout).not.toMatch(/Byron|@/)
})

const journey = (id: string, ...args: string[]) => json<Journey>(['journey', id, ...inProject, ...args], { folder })

test('every contact, case and survey of one customer in order, across channels', async () => {
  const ada = await journey('register:1')
  expect(ada.entries.map(({ at, table, what, channel }) => [at, table, what, channel])).toEqual([
    ['2025-03-01T09:00:00Z', 'touchpoints', 'contact', 'call'],
    ['2025-03-05T12:00:00Z', 'touchpoints', 'contact', 'chat'],
    ['2025-03-06T08:00:00Z', 'cases', 'created', 'email'],
    ['2025-03-06T10:00:00Z', 'cases', 'answered', 'email'],
    ['2025-03-07T08:00:00Z', 'cases', 'solved', 'email'],
    ['2025-03-07T08:00:00Z', 'surveys', 'rated', null],
  ])
  expect(ada.entries.map(({ gap_seconds }) => gap_seconds)).toEqual([null, 356_400, 72_000, 7_200, 79_200, 0])
  expect(ada).toMatchObject({ channels: { call: 1, chat: 1 }, longest_gap_seconds: 356_400, more: false })
  expect(ada.customer.row.name).toBe('•••')
  expect(JSON.stringify(ada)).not.toMatch(/Byron|@/)
  expect((await journey('register:1', '--show-personal')).customer.row).toMatchObject({
    name: 'Ada Byron',
    email: 'ada@example.org',
    phone: '+44 20 7946 0018',
  })
})

test('a customer is found by a part of the number, and by name only where names may be read', async () => {
  expect((await journey('Lund', '--show-personal')).customer.row.name).toBe('Cy Lund')
  expect((await problems(['journey', 'Lund', ...inProject], 5, { folder }))[0]?.code).toBe('customer-unknown')
  const [several] = await problems(['journey', 'Byron', '--show-personal', ...inProject], 2, { folder })
  expect(several?.message).toBe('"Byron" fits 2 customers.')
  const french = await run(['journey', 'register:3', ...inProject, '--lang', 'fr'], { folder })
  expect(french.stdout).toContain('Dossier t2 ouvert')
})

test('the page tells the same, leads to the case, and finds customers', async () => {
  const server = await serve(['serve', ...inProject], { folder })
  try {
    const page = async (path: string) => (await fetch(new URL(path, server.url))).text()
    const html = await page('/journey/register%3A1')
    expect(html).toContain('2 contacts in 2 channels and one case over 5 days 23 hr.')
    expect(html).toMatch(/<a href="\/case\/tickets%3At1">Case t1 opened<\/a>/)
    expect(html).toContain('4 days 3 hr without contact')
    expect(html).not.toMatch(/Byron|@example/)
    expect(await page('/journey?id=register%3A1')).toContain('Case t1 opened')
    expect(await page('/case/tickets%3At1')).toContain('<a href="/journey/register%3A1"')
    const chat = (await explained('register:1')).members.find((id) => id.startsWith('chats:'))!
    expect(await page(`/journey?search=${encodeURIComponent(chat)}`)).toContain('Case t1 opened')
    expect(await page('/journey?search=nobody')).toContain('No customer matches “nobody”')
    expect(await page('/journey/nobody')).toContain('There is no customer “nobody”')
    expect(await page('/journey?lang=fr')).toContain('Parcours client')
  } finally {
    await server.stop()
  }
})

test('a split survives a rebuild, and undoing it restores every number', async () => {
  const before = { explained: await explained('register:1'), journey: await journey('register:1') }
  const chat = before.explained.members.find((id) => id.startsWith('chats:'))!
  const split = await json<{ version: string; left: Identity; right: Identity }>(
    ['identity', 'split', 'register:1', chat, '--reason', 'her sister', ...inProject],
    { folder },
  )
  expect(split.right).toMatchObject({ id: chat, members: [chat] })
  expect(split.left.members).toHaveLength(3)
  expect(split.left.links.find((link) => link.undone)?.evidence).toContain('Taken apart by the user: her sister.')
  expect(await records()).toBe(4)
  const file = join(folder, 'shop/identity.yaml')
  await writeFile(file, `# Ours.\n${await readFile(file, 'utf8')}`)
  await write(folder, { 'shop/chats.csv': `${files['chats.csv']}c2,2025-04-01 12:00:00,,Ada Byron,ada@example.org\n` })
  await json(['build', ...inProject], { folder })
  expect((await explained('register:1')).members).toHaveLength(3)
  expect((await journey(chat)).channels).toEqual({ chat: 2 })

  await write(folder, { 'shop/chats.csv': files['chats.csv'] })
  await rm(file)
  const again = await json<Built>(['build', ...inProject], { folder })
  expect(again.version).toBe(first.version)
  expect([await records(), await count('customers')]).toEqual([3, 3])
  expect(await explained('register:1')).toEqual(before.explained)
  expect(await journey('register:1')).toEqual(before.journey)
})

test('what cannot be done is said: nobody of that id, not one customer, no project', async () => {
  const code = async (args: string[], exit: number) => (await problems(args, exit, { folder }))[0]?.code
  expect(await code(['identity', 'explain', 'register:9', ...inProject], 5)).toBe('customer-unknown')
  expect(await code(['identity', 'split', 'register:1', 'register:2', ...inProject], 5)).toBe('records-not-joined')
  expect(await code(['identity', 'split', 'a', 'b', '--files', 'shop/chats.csv'], 2)).toBe('project-needed')
  await write(folder, { 'shop/identity.yaml': 'split:\n  - { left: a }\n' })
  const [fault] = await problems(['build', ...inProject], 3, { folder })
  expect(fault).toMatchObject({ where: 'identity.yaml:2' })
  await rm(join(folder, 'shop/identity.yaml'))
})
