import { createHash } from 'node:crypto'
import { expect, test } from 'vitest'
import { reportHtml } from '../../../../src/surfaces/report/html/report-html.ts'
import { figure, files, hostile, report, words } from './fixture.ts'

const written = reportHtml(report, words, files)
/** The page without what its script reads. */
const markup = written.replace(/<script[\s\S]*?<\/script>/g, '').replace(/<style[\s\S]*?<\/style>/g, '')

function between(tag: 'script' | 'style'): string[] {
  return [...written.matchAll(new RegExp(`<${tag}>([\\s\\S]*?)</${tag}>`, 'g'))].map(([, text = '']) => text)
}

test('text of the data is text: no tag, no attribute and no script comes of it', () => {
  expect(markup).not.toContain('<script>alert')
  expect(markup).not.toMatch(/<img/)
  expect(markup.match(/onerror/g)?.length).toBeGreaterThanOrEqual(5)
  const data = /<script type="application\/json" id="aboard">([\s\S]*?)<\/script>/.exec(written)?.[1] ?? ''
  expect(data).not.toContain('\u2028')
  expect(JSON.parse(data).figures['figure-1'].option.series[0].data[0].tip).toBe(hostile)
})

test('its policy allows the scripts and the style that stand in it and nothing else', () => {
  const policy =
    /http-equiv="Content-Security-Policy" content="([^"]*)"/.exec(written)?.[1]?.replaceAll('&#39;', "'") ?? ''
  const hashes = (tag: 'script' | 'style') =>
    between(tag).map((text) => `'sha256-${createHash('sha256').update(text).digest('base64')}'`)
  expect(hashes('script')).toHaveLength(2)
  expect(policy).toBe(
    `default-src 'none'; base-uri 'none'; form-action 'none'; style-src ${hashes('style').join(' ')}; ` +
      `script-src ${hashes('script').join(' ')}; font-src data:; img-src data:`,
  )
  expect(written).not.toMatch(/\sstyle=|\son[a-z]+="|javascript:|(src|href)="(?!#)/)
})

test('figures and tables are numbered; a table under its figure is that figure’s', () => {
  const ids = [...markup.matchAll(/ id="((?:figure|table)-\d+)"/g)].map(([, id]) => id)
  expect(ids).toEqual(['figure-1', 'figure-2', 'table-1'])
  expect(markup).toMatch(
    /id="figure-1"[\s\S]*?<figcaption[\s\S]*?Chat leads\.[\s\S]*?<div class="data">[\s\S]*?<table>/,
  )
  expect(markup).toMatch(/id="figure-2"[\s\S]*?<details class="data"><summary>/)
  expect(markup.match(/<details class="data">/g)).toHaveLength(1)
})

test('chapters are numbered and appendices lettered, in the text as in the contents', () => {
  const numbers = [...markup.matchAll(/<h2[^>]*><span class="chapter-number">([^<]*)/g)].map(([, number]) => number)
  // As on paper, the summary is what opens a report, and no chapter of it.
  expect(numbers).toEqual(['1', '2', '3', 'A', 'B'])
  const contents = /<nav class="contents"[\s\S]*?<\/nav>/.exec(markup)?.[0] ?? ''
  expect([...contents.matchAll(/href="#([^"]*)"/g)].map(([, id]) => id)).toEqual([
    'chapter-summary',
    ...numbers.map((each) => `chapter-${each?.toLowerCase()}`),
  ])
})

test('a number leads to its own definition, not to one that names it beside another', () => {
  expect(markup).toContain('<dt><a href="#definition-2">Satisfaction</a></dt>')
  expect(markup).toContain('<dt>Cases</dt>')
})

test('every link arrives, every id is there once, and headings leave out no level', () => {
  const ids = [...markup.matchAll(/ id="([^"]*)"/g)].map(([, id]) => id)
  expect(new Set(ids).size).toBe(ids.length)
  for (const [, target] of markup.matchAll(/(?:href="#|aria-labelledby=")([^"]*)"/g)) expect(ids).toContain(target)
  const levels = [...markup.matchAll(/<h(\d)/g)].map(([, level]) => Number(level))
  expect(levels.filter((level, i) => level - (levels[i - 1] ?? 0) > 1)).toEqual([])
})

test('cells and marks lead nowhere: there is no page behind a report', () => {
  expect(written).not.toMatch(/data-filter|href="\/|channel=chat/)
})

test('borders of maps are there for a map only', () => {
  expect(between('script').at(-1)).toContain('plain')
  const [first] = report.sections
  const map = figure('map', [{ type: 'map', map: 'europe' }])
  const block = { kind: 'figure' as const, id: 'm', title: 'Markets', caption: '', note: '', figure: map }
  const mapped = reportHtml({ ...report, sections: [{ ...first!, blocks: [block] }] }, words, files)
  expect(mapped).toContain('document.title="maps"')
})

test('same document, same bytes', () => {
  expect(reportHtml(structuredClone(report), words, files)).toBe(written)
})
