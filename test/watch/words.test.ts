import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, wordsOf } from '../pages/fixtures.ts'

const folders = ['src/watch', 'src/cli', 'src/pages/tiles']
const code = folders
  .flatMap((folder) =>
    (readdirSync(join(root, folder), { recursive: true }) as string[]).map((file) => join(root, folder, file)),
  )
  .filter((file) => file.endsWith('.ts'))
  .map((file) => readFileSync(file, 'utf8'))
  .join('\n')

test('what alerts say is there in both languages, and nothing else', async () => {
  const [en, fr] = await Promise.all([wordsOf('en'), wordsOf('fr')])
  const own = (messages: Record<string, string>) =>
    Object.keys(messages)
      .filter((id) => id.startsWith('alerts.'))
      .sort()
  expect(own(fr.messages)).toEqual(own(en.messages))
  const said = [...code.matchAll(/'(alerts\.[a-z][a-z0-9_.-]*[a-z0-9])'/g)].map((match) => match[1] ?? '')
  const stems = [...code.matchAll(/`(alerts\.[a-z0-9_.-]+\.)\$\{/g)].map((match) => match[1] ?? '')
  const files = new Set(['alerts.log', 'alerts.column'])
  expect(said.filter((id) => !(id in en.messages) && !files.has(id))).toEqual([])
  const columns = 'alerts.column.'
  expect(
    own(en.messages).filter((id) => !said.includes(id) && ![...stems, columns].some((stem) => id.startsWith(stem))),
  ).toEqual([])
})
