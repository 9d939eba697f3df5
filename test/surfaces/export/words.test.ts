import { expect, test } from 'vitest'
import { wordsOf } from '../../pages/fixtures.ts'

test('what is said about exports is said in both languages, with the same arguments', async () => {
  const [en, fr] = await Promise.all([wordsOf('en'), wordsOf('fr')])
  const own = (messages: Record<string, string>) => Object.keys(messages).filter((id) => id.startsWith('say.exports.'))
  expect(own(en.messages).length).toBeGreaterThan(50)
  expect(own(fr.messages).sort()).toEqual(own(en.messages).sort())
  const argumentsOf = (text: string) =>
    [...new Set([...text.matchAll(/\{(\w+)(?=[,}])/g)].map(([, name]) => name))].sort()
  for (const id of own(en.messages))
    expect([id, argumentsOf(fr.messages[id]!)]).toEqual([id, argumentsOf(en.messages[id]!)])
})
