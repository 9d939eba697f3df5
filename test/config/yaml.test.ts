import { readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { expect, test } from 'vitest'
import { parseYaml, prepareYaml, readYaml } from '../../src/config/yaml.ts'

const catalog = join(import.meta.dirname, '../../catalog')
const files = (readdirSync(catalog, { recursive: true }) as string[]).filter((file) => file.endsWith('.yaml'))

/** Every place of a value, and one that is not in it. */
function places(value: unknown, path: (string | number)[] = []): (string | number)[][] {
  const inner = Array.isArray(value)
    ? value.flatMap((each, index) => places(each, [...path, index]))
    : value !== null && typeof value === 'object'
      ? Object.entries(value).flatMap(([key, each]) => places(each, [...path, key]))
      : []
  return [path, [...path, 'not there'], ...inner]
}

test.each(files)('%s reads the same prepared as parsed: values, and the line of every place', async (file) => {
  const text = readFileSync(join(catalog, file), 'utf8')
  const parsed = parseYaml(text, file)
  expect(JSON.parse(JSON.stringify(prepareYaml(text))).value).toEqual(parsed.value)
  const read = await readYaml(join(catalog, file), file)
  expect(read.value).toEqual(parsed.value)
  const all = places(parsed.value)
  expect(all.map(read.where)).toEqual(all.map(parsed.where))
})
