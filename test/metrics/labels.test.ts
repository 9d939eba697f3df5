import { expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import type { Dimension } from '../../src/metrics/dimension.ts'
import { valueLabel } from '../../src/metrics/labels.ts'
import { wordsOf } from '../pages/fixtures.ts'

const tenure = { id: 'tenure_band', type: 'number', format: 'years' } as Dimension

test.each([
  ['en', ['under 1 year', '1 year', '2 years', '(not set)']],
  ['fr', ['moins d’un an', '1 an', '2 ans', '(non renseigné)']],
])('whole years are said in %s', async (language, labels) => {
  const context = { words: await wordsOf(language) } as MetricContext
  expect([0, 1, 2, null].map((value) => valueLabel(tenure, value, context))).toEqual(labels)
})
