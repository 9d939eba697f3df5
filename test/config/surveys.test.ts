import { expect, test } from 'vitest'
import { readSettings } from '../../src/config/settings.ts'
import { parseYaml } from '../../src/config/yaml.ts'
import type { Problem } from '../../src/errors.ts'

function sources(text: string) {
  const problems: Problem[] = []
  const settings = readSettings(parseYaml(text, 'rapport.yaml'), problems)
  return { problems, sources: settings?.sources.map(({ id, files, pack, intake }) => ({ id, files, pack, intake })) }
}

test('answers to surveys have a source without being listed', () => {
  expect(sources('sources: [{ id: desk, files: a.csv }]').sources?.[1]).toEqual({
    id: 'surveys',
    files: [],
    pack: 'surveys',
    intake: { verify: 'none' },
  })
})

test('one that is listed has its own proof; one with files is another source', () => {
  expect(sources('sources: [{ id: surveys, intake: { verify: token, secret: "env:SURVEYS" } }]').sources).toMatchObject(
    [{ pack: 'surveys', intake: { verify: 'token' } }],
  )
  expect(sources('sources: [{ id: surveys, files: a.csv }]').sources).toEqual([
    { id: 'surveys', files: 'a.csv', pack: undefined, intake: undefined },
  ])
  expect(sources('sources: [{ id: surveys, intake: {}, pack: own }]').sources).toMatchObject([{ pack: 'own' }])
})

test('a public name is a name, and nothing else', () => {
  const wrong = ['https://hooks.example.org', '"*"', 'hooks.example.org/intake', '""']
  for (const host of wrong)
    expect(sources(`sources: [{ id: a, files: a }]\nintake: { hosts: [${host}] }`).problems, host).toHaveLength(1)
  expect(sources('sources: [{ id: a, files: a }]\nintake: { hosts: [hooks.example.org] }').problems).toEqual([])
})
