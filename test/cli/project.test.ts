import { readFile, writeFile } from 'node:fs/promises'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { cell, frame, generate, json, makeFolder, problems, removeFolder, valuesBy, write } from './command.ts'

/** A project from two exports, one of them unknown and French: what `init` writes and what `build` does with it. */
let folder: string
const inProject = ['--project', 'shop']
const french = [
  "Numéro;Date d'ouverture;Date de clôture;Canal;Priorité;Statut;Note de satisfaction",
  'A-1;03/01/2025 09:15;04/01/2025 10:00;Téléphone;Haute;Fermé;4',
  'A-2;13/01/2025 10:05;13/01/2025 18:30;Courriel;Basse;Fermé;2',
  'A-3;20/01/2025 14:40;;Téléphone;Normale;Ouvert;',
  '',
].join('\n')

interface Built {
  version: string
  changed: boolean
}

const build = (...args: string[]) => json<Built>(['build', ...inProject, ...args], { folder })
const read = (path: string) => readFile(join(folder, path), 'utf8')
const ask = (...args: string[]) => frame([...args, ...inProject], { folder })

beforeAll(async () => {
  folder = await makeFolder()
  await generate({ folder }, '--rows', '2000', '--seed', '1', '--dirt', 'some')
  await write(folder, { 'sav.csv': french })
  await json(['init', 'shop', '--from', 'customer_support_tickets.csv', 'sav.csv', '--yes'], { folder })
})
afterAll(() => removeFolder(folder))

test('init writes settings, the brief, and a pack for the export that none knew', async () => {
  const settings = await read('shop/rapport.yaml')
  expect(settings).toContain('files: ../customer_support_tickets.csv')
  expect(settings).toContain('pack: customer-first')
  expect(settings).toContain('pack: sav')
  const pack = await read('shop/catalog/packs/sav/pack.yaml')
  expect(pack).toMatch(/created_at: \{ from: Date d'ouverture, read: d\/m\/y \} {2}# 0\.\d+ .+\./)
  const brief = await read('shop/BRIEF.md')
  for (const heading of ['## Notes', '## 1. Requirements and KPI definition', '## 4. Transformation logic'])
    expect(brief).toContain(heading)
  expect(brief).toContain('`Date de clôture` (read d/m/y)')
})

test('the unknown export is in the numbers, in the words of the model', async () => {
  const answer = await ask('cases', '--by', 'channel', '--from', '2025-01-01', '--to', '2025-01-31')
  expect(valuesBy(answer, 'channel', 'cases')).toEqual({ call: 2, email: 1 })
})

test('init leaves an existing project alone', async () => {
  const [problem] = await problems(['init', 'shop', '--from', 'sav.csv', '--yes'], 2, { folder })
  expect(problem?.code).toBe('project-exists')
})

test('a build repeated changes nothing; a pack edited gives a new version; --back restores the one before', async () => {
  const first = await build()
  expect(first.changed).toBe(false)
  const file = join(folder, 'shop/catalog/packs/sav/pack.yaml')
  const pack = await readFile(file, 'utf8')
  await writeFile(file, pack.replaceAll('Téléphone: call', 'Téléphone: chat'))
  const second = await build()
  expect(second.changed).toBe(true)
  expect(second.version).not.toBe(first.version)
  const asked = ['cases', '--by', 'channel', '--from', '2025-01-01'] as const
  expect(valuesBy(await ask(...asked), 'channel', 'cases')).toEqual({ chat: 2, email: 1 })
  await build('--back')
  const restored = await ask(...asked)
  expect(restored.version).toBe(first.version)
  expect(valuesBy(restored, 'channel', 'cases')).toEqual({ call: 2, email: 1 })
  expect(await read('shop/BRIEF.md')).toContain(`Version ${first.version};`)
  await writeFile(file, pack)
})

test('what people wrote into the brief stays when the rest is written anew', async () => {
  const file = join(folder, 'shop/BRIEF.md')
  const mine = 'Decided on Monday: chat first. (Ada)'
  await writeFile(file, (await readFile(file, 'utf8')).replace(/Write here what the data cannot know[^\n]*/, mine))
  await write(folder, { 'sav.csv': `${french}A-4;21/01/2025 08:00;;Chat;Haute;Ouvert;\n` })
  const { version, changed } = await build()
  expect(changed).toBe(true)
  const brief = await readFile(file, 'utf8')
  expect(brief).toContain(mine)
  expect(brief).toContain(`Version ${version};`)
  expect(cell(await ask('cases', '--from', '2025-01-01'), 'cases').value).toBe(4)
})
