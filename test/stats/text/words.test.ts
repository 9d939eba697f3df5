import { expect, test } from 'vitest'
import { nameStems, vocabularyOf } from '../../../src/stats/text/vocabulary.ts'
import { fold, pairsOf, sentencesOf, stemOf, stemsOf } from '../../../src/stats/text/words.ts'

const stems = (text: string): string[][] => sentencesOf(text).map((words) => words.map(({ stem }) => stem))

test('words of a sentence: lower case, no accents, no small words of English or French', () => {
  expect(stems('I can’t get the Refunds for my ORDERS.')).toEqual([['refund', 'order']])
  expect(stems("Je n'ai pas été remboursé de l'achat")).toEqual([['rembourse', 'achat']])
  expect(sentencesOf('REMBOURSÉ')[0]![0]).toEqual({ stem: 'rembourse', written: 'remboursé' })
})

test('composed and decomposed letters are the same word', () => {
  expect(stemsOf('clés cassées')).toEqual(stemsOf('clés cassées'.normalize('NFD')))
})

test('placeholders, tags, links, addresses and digits are no words', () => {
  expect(
    stems('My {product_purchased} broke [[name]] <b>twice</b> https://shop.example/item?id=1 jo@example.org 4711'),
  ).toEqual([['broke', 'twice']])
})

test('only a plural s is taken off', () => {
  expect(['refunds', 'glass', 'status', 'iris', 'gas'].map(stemOf)).toEqual([
    'refund',
    'glass',
    'status',
    'iris',
    'gas',
  ])
})

test('pairs do not reach over the end of a sentence', () => {
  const [first, second] = sentencesOf('Card payment failed. Parcel lost')
  expect(pairsOf(first!).map(({ stem }) => stem)).toEqual(['card payment', 'payment failed'])
  expect(pairsOf(second!).map(({ stem }) => stem)).toEqual(['parcel lost'])
})

test('a vocabulary counts texts, not repetitions, and leaves names out', () => {
  const texts = ['Refunds refund refunds Marisa', 'refund late', 'refunds Marisa']
  const limits = { least: 2, most: 1, size: 10 }
  expect(vocabularyOf(texts, limits).words).toEqual([
    { stem: 'refund', written: 'refunds', texts: 3 },
    { stem: 'marisa', written: 'marisa', texts: 2 },
  ])
  const left = vocabularyOf(texts, limits, nameStems(['Marisa Obrien']))
  expect(left.words.map(({ stem }) => stem)).toEqual(['refund'])
  expect(left.texts.map(({ words }) => words)).toEqual([[0], [0], [0]])
})

test('hostile text ends in time', () => {
  const from = Date.now()
  for (const text of ['{'.repeat(20_000), '<'.repeat(20_000), '@'.repeat(20_000), '[['.repeat(10_000)]) stemsOf(text)
  expect(Date.now() - from).toBeLessThan(2_000)
  expect(fold('İ')).toBe('i')
})
