import { expect, test } from 'vitest'
import { arrivedOf, loadIdOf } from '../../src/model/load-id.ts'

test('what arrived is told from files by its positions, a sheet that is called like positions is none', () => {
  const id = loadIdOf({ hash: 'ab', part: { from: 4, to: 17 } })
  expect(arrivedOf({ id, form: 'ndjson' })).toEqual({ from: 4, to: 17 })
  expect(arrivedOf({ id: loadIdOf({ hash: 'ab', sheet: '2024-2025' }), form: 'xlsx' })).toBeNull()
  expect(arrivedOf({ id: loadIdOf({ hash: 'ab' }), form: 'ndjson' })).toBeNull()
})
