import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { root, wordsOf } from '../../pages/fixtures.ts'

test('all that the report says is there in both languages, and nothing else', async () => {
  const folder = join(root, 'src/surfaces/powerbi')
  const files = (readdirSync(folder, { recursive: true }) as string[]).filter((file) => file.endsWith('.ts'))
  const code = files.map((file) => readFileSync(join(folder, file), 'utf8')).join('\n')
  const said = [...code.matchAll(/'(powerbi\.report\.[a-z.-]+)'/g)].map((match) => match[1] ?? '')
  const stems = [...code.matchAll(/`(powerbi\.report\.[a-z.-]+)\$\{/g)].map((match) => match[1] ?? '')
  expect(stems).toEqual(['powerbi.report.note.'])
  const [english, french] = await Promise.all([wordsOf('en'), wordsOf('fr')])
  for (const { messages } of [english, french]) {
    const own = Object.keys(messages).filter((id) => id.startsWith('powerbi.report.'))
    const built = ['powerbi.report.note.map', 'powerbi.report.note.sankey']
    expect(own.sort()).toEqual([...new Set([...said, ...built])].sort())
  }
})
