import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { readPages, readReports } from '../../src/project.ts'
import { argumentsOf, cataloguePages, root, wordsOf } from './fixtures.ts'

const files = (readdirSync(join(root, 'src/pages'), { recursive: true }) as string[]).filter((file) =>
  file.endsWith('.ts'),
)
const code = files.map((file) => readFileSync(join(root, 'src/pages', file), 'utf8')).join('\n')
const own = (messages: Record<string, string>) => Object.keys(messages).filter((id) => id.startsWith('pages.'))

test('every id that the code says is there in both languages', async () => {
  const [en, fr] = await Promise.all([wordsOf('en'), wordsOf('fr')])
  const ids = [...code.matchAll(/'(pages\.[a-z][a-z0-9_.-]*[a-z0-9])'/g)].map((match) => match[1] ?? '')
  expect(ids.length).toBeGreaterThan(80)
  expect(ids.filter((id) => !(id in en.messages))).toEqual([])
  expect(ids.filter((id) => !(id in fr.messages))).toEqual([])
})

test('families of ids that the code puts together have at least one member', async () => {
  const { messages } = await wordsOf('en')
  const stems = [...code.matchAll(/`(pages\.[a-z0-9_.-]+\.)\$\{/g)].map((match) => match[1] ?? '')
  expect(stems.filter((stem) => !own(messages).some((id) => id.startsWith(stem)))).toEqual([])
})

test('both languages say the same things with the same arguments', async () => {
  const [en, fr] = await Promise.all([wordsOf('en'), wordsOf('fr')])
  expect(own(fr.messages).sort()).toEqual(own(en.messages).sort())
  for (const id of own(en.messages))
    expect([id, argumentsOf(fr.messages[id] ?? '', 'fr')]).toEqual([id, argumentsOf(en.messages[id] ?? '', 'en')])
})

test('every report and chapter of the catalogue has a title in French', async () => {
  const { messages } = await wordsOf('fr')
  const built = { catalogues: [join(root, 'catalog')] }
  const reports = [...(await readReports(built, await readPages(built))).values()]
  const missing = reports.flatMap(({ report, chapters }) => [
    ...(`reports.${report}.title` in messages ? [] : [report]),
    ...chapters.flatMap((chapter) => [
      ...(chapter.title === undefined || `reports.${report}.${chapter.id}.title` in messages ? [] : [chapter.id]),
      ...(chapter.kind === 'tiles' ? chapter.tiles : []).flatMap((tile) =>
        typeof tile === 'string' || tile.kind !== 'chart' || `pages.${report}.${tile.id}.title` in messages
          ? []
          : [`${report}.${tile.id}`],
      ),
    ]),
  ])
  expect(reports.length).toBeGreaterThanOrEqual(6)
  expect(missing).toEqual([])
})

test('every tile of the catalogue has a title in French', async () => {
  const { messages } = await wordsOf('fr')
  const { pages } = await cataloguePages()
  const missing = pages.flatMap((page) => [
    ...(`pages.${page.page}.title` in messages ? [] : [page.page]),
    ...page.tiles
      .filter((tile) => tile.kind === 'chart' && !(`pages.${page.page}.${tile.id}.title` in messages))
      .map((tile) => `${page.page}.${tile.id}`),
  ])
  expect(missing).toEqual([])
})
