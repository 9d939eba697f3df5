import { expect, test } from 'vitest'
import { columnWords, rowWords } from '../../src/metrics/model-words.ts'
import { tables } from '../../src/model/tables.ts'
import { wordsOf } from '../pages/fixtures.ts'

test('the model is written in English and told in French, table by table and column by column', async () => {
  const [en, fr] = await Promise.all([wordsOf('en'), wordsOf('fr')])
  const columns = tables.flatMap((table) => table.columns.map((column) => ({ table, column })))
  for (const { table, column } of columns) expect(columnWords(table, column, en)).toBe(column.says)
  const untold = columns
    .filter(
      ({ table, column }) =>
        !(`model.${table.name}.${column.name}` in fr.messages) && !(`model.any.${column.name}` in fr.messages),
    )
    .map(({ table, column }) => `${table.name}.${column.name}`)
  expect(untold).toEqual([])
  expect(tables.filter((table) => rowWords(table, fr) === table.row).map(({ name }) => name)).toEqual([])
})

test('a sentence that many tables share is shared in French too, and none is left over', async () => {
  const fr = await wordsOf('fr')
  const known = new Set(
    tables.flatMap(({ name, columns }) => [
      `model.${name}`,
      ...columns.map((column) => `model.${name}.${column.name}`),
    ]),
  )
  const shared = new Set(tables.flatMap(({ columns }) => columns.map((column) => `model.any.${column.name}`)))
  const left = Object.keys(fr.messages).filter((id) => id.startsWith('model.') && !known.has(id) && !shared.has(id))
  expect(left).toEqual([])
  // Two columns of one name and two sentences in English have two in French.
  for (const name of new Set(tables.flatMap(({ columns }) => columns.map((column) => column.name)))) {
    const own = tables.flatMap((table) =>
      table.columns.filter((column) => column.name === name).map((column) => ({ table, column })),
    )
    const english = new Set(own.map(({ column }) => column.says))
    const french = new Set(own.map(({ table, column }) => columnWords(table, column, fr)))
    expect([name, french.size]).toEqual([name, english.size])
  }
})
