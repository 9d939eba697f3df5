import { expect, test } from 'vitest'
import type { Snapshot } from '../../../src/surfaces/report/snapshot.ts'
import { snapshotPng, snapshotSvg } from '../../../src/surfaces/report/typst/snapshot-picture.ts'
import { drawn, hostile } from './typst/every-kind.ts'

const finding: Snapshot = {
  page: 'overview',
  about: 'Satisfaction by channel',
  title: 'Real: channels differ, from Chat (3.49) to Social media (3.10)',
  sure: 'Kruskal-Wallis p < 0.001 · n = 9,978',
  picture: { svg: drawn, label: 'Phone 10, e-mail 7', note: '95% intervals' },
  numbers: [],
  definition: `Satisfaction score: the mean of the scores given. ${hostile}`,
  source: 'tickets.csv',
  origin: 'As of May 31, 2023 · UTC · version abc',
  language: 'en',
  as_of: '2023-05-31T23:50:00Z',
}
const numbers: Snapshot = {
  ...finding,
  picture: null,
  title: `${hostile} `.repeat(12),
  numbers: ['123,080,546', '66.7%'].map((value) => ({
    label: hostile,
    value,
    facts: ['n = 12'],
    standing: { text: 'below the target', tone: 'bad' },
  })),
}

test('a picture holds its letters as outlines: who opens it needs no font, and nothing from outside', async () => {
  const svg = await snapshotSvg(finding, 'light')
  expect(svg).toMatch(/^<svg [^>]*role="img"/)
  expect(svg).toMatch(/viewBox="0 0 1200 675" width="1200" height="675"/)
  expect(svg).not.toMatch(/<text|<image|<script|font-family|data:|var\(/)
  expect(svg).toContain('aria-label="Satisfaction by channel. Real: channels differ')
  // The bar of the chart, in the colour of the pages.
  expect(svg).toContain('#2f5fd0')
  expect(svg).not.toContain('#8fb0ff')
})

test('the dark one is dark, and the same picture is the same bytes', async () => {
  const dark = await snapshotSvg(finding, 'dark')
  expect(dark).toContain('#1a1d21')
  expect(dark).toContain('#8fb0ff')
  expect(await snapshotSvg(finding, 'dark')).toBe(dark)
})

test('without a finding there are numbers, however long the texts are', async () => {
  const svg = await snapshotSvg(numbers, 'light')
  expect(svg).toMatch(/viewBox="0 0 1200 675"/)
  expect(svg.match(/<svg/g)).toHaveLength(1)
})

test('pixels are a PNG of 1,200 by 675', async () => {
  const png = Buffer.from(await snapshotPng(finding, 'light'))
  expect(png.subarray(1, 4).toString('latin1')).toBe('PNG')
  expect([png.readUInt32BE(16), png.readUInt32BE(20)]).toEqual([1200, 675])
})
