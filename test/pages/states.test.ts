import { expect, test } from 'vitest'
import { atlasOf } from '../../src/pages/charts/atlas.ts'
import { stateOf } from '../../src/pages/charts/state-places.ts'
import { states } from '../../src/pages/charts/states.ts'
import { shapes } from '../../src/pages/charts/states-shapes.ts'
import { drawSmall, type Small } from './frames.ts'

test.each([
  ['ca', 'CA'],
  ['US-TX', 'TX'],
  ['New York', 'NY'],
  ['north-carolina', 'NC'],
  ['Caroline du Nord', 'NC'],
  ['Washington, D.C.', 'DC'],
  ['Washington', 'WA'],
  ['PR', undefined],
  ['Ontario', undefined],
  ['US', undefined],
  [null, undefined],
])('%s is %s', (value, code) => {
  expect(stateOf(value)?.code).toBe(code)
})

test('the values say which map: codes that mean both are a country unless the others say more for states', () => {
  expect(atlasOf(['DE', 'MT', 'AL'])?.name).toBe('europe')
  expect(atlasOf(['DE', 'MT', 'AL', 'TX'])?.name).toBe('us')
  expect(atlasOf(['DE', 'MT'], 'us')?.name).toBe('us')
  expect(atlasOf(['FR', 'GB'], 'us')).toBeUndefined()
  expect(atlasOf(['California', 'TX', 'PR', null])?.name).toBe('us')
})

const small: Small = {
  query: { metrics: ['customers'], by: ['state'] },
  rows: [
    ['CA', 60],
    ['Texas', 40],
    ['NY', 12],
    ...Array.from({ length: 13 }, (_, i): [string, number] => [`region ${i}`, 2]),
  ].map(([state = '', customers = 0]) => ({ state, customers })),
}

test('states are drawn, the rest is listed with its count, what has no room in the list is summed in the foot', async () => {
  const { made, series, svg } = await drawSmall('map', small, { encode: { places: 'us' } })
  const map = series.find((each) => each.type === 'map') as unknown as {
    map: string
    data: { name: string; tip: string }[]
  }
  expect(map.map).toBe('us')
  expect(map.data.map(({ name, tip }) => [name, tip])).toEqual([
    ['CA', 'CA: 60'],
    ['NY', 'NY: 12'],
    ['TX', 'Texas: 40'],
  ])
  expect(svg).toContain('data-filter="state=Texas"')
  expect(svg).toContain('>region 0<')
  expect(made.label).toContain('on a map of the United States, 16 states, 13 of them listed below it')
  expect(made.foot).toContain(
    'what is no state of the United States is listed below. One more value is in the table. Together: 2.',
  )
})

test('every state has an outline in whole units', () => {
  expect(Object.keys(shapes).sort()).toEqual(states.regions.map(({ code }) => code as string).sort())
  expect(states.regions).toHaveLength(51)
  for (const text of Object.values(shapes)) {
    const rings = text.split('|').map((ring) => ring.split(' ').map(Number))
    expect(rings.every((ring) => ring.length >= 6 && ring.length % 2 === 0 && ring.every(Number.isInteger))).toBe(true)
  }
})
