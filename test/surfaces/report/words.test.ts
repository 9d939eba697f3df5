import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { argumentsOf, root, wordsOf } from '../../pages/fixtures.ts'

const files = (readdirSync(join(root, 'src/surfaces/report'), { recursive: true }) as string[]).filter((file) =>
  file.endsWith('.ts'),
)
const code = files.map((file) => readFileSync(join(root, 'src/surfaces/report', file), 'utf8')).join('\n')
const own = (messages: Record<string, string>) => Object.keys(messages).filter((id) => id.startsWith('report.'))

test('both languages have the same sentences of reports, and every one that the code says', async () => {
  const [en, fr] = await Promise.all([wordsOf('en'), wordsOf('fr')])
  expect(own(fr.messages).sort()).toEqual(own(en.messages).sort())
  const named = [...code.matchAll(/'(report\.[a-z][a-z0-9_.-]*[a-z0-9])'/g)].map((match) => match[1] ?? '')
  // Names of files, not of sentences.
  const ids = named.filter((each) => !/\.(css|typ)$/.test(each))
  expect(ids.length).toBeGreaterThan(30)
  expect(ids.filter((id) => !(id in en.messages))).toEqual([])
  const stems = [...code.matchAll(/`(report\.[a-z0-9_.-]+\.)\$\{/g)].map((match) => match[1] ?? '')
  expect(stems.filter((stem) => !own(en.messages).some((id) => id.startsWith(stem)))).toEqual([])
})

test('French sentences take the same arguments, and no sign stands behind a space that may break', async () => {
  const [en, fr] = await Promise.all([wordsOf('en'), wordsOf('fr')])
  for (const id of own(fr.messages)) {
    expect([id, argumentsOf(fr.messages[id]!, 'fr')]).toEqual([id, argumentsOf(en.messages[id]!, 'en')])
    expect([id, / [:;?!»]|« /.test(fr.messages[id]!)]).toEqual([id, false])
  }
})
