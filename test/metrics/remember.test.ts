import { expect, test } from 'vitest'
import type { MetricContext } from '../../src/metrics/context.ts'
import { type Memory, rememberFor } from '../../src/metrics/remember.ts'
import type { Store } from '../../src/store/store.ts'

const store = {} as Store

function context(locale: string, personalData: 'mask' | 'show'): Pick<MetricContext, 'store' | 'viewer' | 'words'> {
  return { store, viewer: { personalData, language: locale }, words: { locale } as MetricContext['words'] }
}

test('an answer is kept for viewers of one language who may see as much, and for nobody else', async () => {
  const memory: Memory<string> = new WeakMap()
  const ask = (locale: string, personalData: 'mask' | 'show', asked?: unknown) =>
    rememberFor(
      memory,
      context(locale, personalData),
      asked,
      async () => `${locale} ${personalData} ${asked} ${found++}`,
    )
  let found = 0
  const first = await ask('en', 'show')
  expect(await ask('en', 'show')).toBe(first)
  expect(await ask('en', 'mask')).toBe('en mask undefined 1')
  expect(await ask('fr', 'show')).toBe('fr show undefined 2')
  expect(await ask('en', 'show', 'topic')).toBe('en show topic 3')
})

test('a failure is asked again', async () => {
  const memory: Memory<number> = new WeakMap()
  const failed = rememberFor(memory, context('en', 'mask'), 1, () => Promise.reject(new Error('gone')))
  await expect(failed).rejects.toThrow('gone')
  expect(await rememberFor(memory, context('en', 'mask'), 1, async () => 7)).toBe(7)
})
