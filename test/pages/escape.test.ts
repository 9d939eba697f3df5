import fc from 'fast-check'
import { expect, test } from 'vitest'
import { linksOf } from '../../src/pages/links.ts'
import { html, safeHref } from '../../src/pages/render/html.ts'
import { renderPage } from '../../src/pages/render/page.ts'
import { resolvePage } from '../../src/pages/resolve.ts'
import { fixtureServices, type Taint } from './fixtures.ts'

const attacks = [
  '<script>alert(1)</script>',
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  '</title></script><svg onload=alert(1)>',
  '</style><iframe src=javascript:alert(1)>',
  '<!-- {{7*7}} {a|b} {value} %3Cb%3E',
  ']]><b>',
  'a&lt;b&#x3c;',
]

/** Tags with the names of their attributes: what a browser would build, without any text. */
function skeleton(markup: string): string[] {
  const tags = markup.match(/<[a-zA-Z/!][^>]*>/g) ?? []
  return tags.map((tag) => tag.replace(/="[^"]*"/g, '=').replace(/\s+/g, ' '))
}

async function drawn(page: string, taint: Taint, query: string): Promise<string> {
  const services = await fixtureServices('en', taint)
  const view = await resolvePage(services.pages.find((each) => each.page === page)!, query, services)
  const shell = { words: services.words, links: await linksOf(services), source: taint('f.csv'), languages: ['en'] }
  return renderPage(view, { ...shell, theme: 'system', assets: { style: '/a.css' } })
}

const pages: [string, string][] = [
  ['overview', 'where=channel=chat'],
  ['breakdown', ''],
  ['cases', 'search=x'],
  ['case', 'id=customer-first:10'],
  ['data', ''],
  ['definitions', ''],
]

test.each(pages)('page %s: hostile text in every field builds no element and no attribute', async (page, query) => {
  for (const attack of attacks) {
    // As long as the attack: long text has its whole in a tip.
    const harmless = attack.replace(/[^\s/]/g, 'x')
    const plain = skeleton(await drawn(page, (text) => `${harmless} ${text}`, query))
    expect(skeleton(await drawn(page, (text) => `${attack} ${text}`, query))).toEqual(plain)
  }
})

test('the address is as hostile as a ticket', async () => {
  const plain = skeleton(await drawn('cases', (text) => text, 'search=x&where=type=abc'))
  const query = new URLSearchParams({ search: attacks[1]!, where: `type=${attacks[0]!.replaceAll(',', '')}` })
  expect(skeleton(await drawn('cases', (text) => text, query.toString()))).toEqual(plain)
})

test('the template escapes every value', () => {
  fc.assert(
    fc.property(fc.string(), (text) => {
      const markup = html`<p title="${text}">${text}${[text, html`<b>${text}</b>`]}</p>`.html
      expect(skeleton(markup)).toEqual(['<p title=>', '<b>', '</b>', '</p>'])
    }),
  )
})

test('an address goes to this site or to the web, nowhere else', () => {
  expect(['/a', '#b', '?c', 'https://x.org'].map(safeHref)).toEqual(['/a', '#b', '?c', 'https://x.org'])
  expect(['javascript:alert(1)', '//evil.org', 'data:text/html,x', ' javascript:x'].map(safeHref)).toEqual([
    '#',
    '#',
    '#',
    '#',
  ])
})
