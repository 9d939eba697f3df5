import { posix } from 'node:path'
import { beforeAll, describe, expect, test } from 'vitest'
import { linksOf } from '../../../src/pages/links.ts'
import { resolvePage } from '../../../src/pages/resolve.ts'
import { type SiteSource, siteOf } from '../../../src/surfaces/export/site.ts'
import type { SiteFiles } from '../../../src/surfaces/export/site-files.ts'
import { stillLinks } from '../../../src/surfaces/export/still-links.ts'
import { fixtureServices } from '../../pages/fixtures.ts'

const files: SiteFiles = {
  style: { name: 'style-1.css', content: 'body{}' },
  script: { name: 'script-1.js', content: '0' },
}

const services = { en: await fixtureServices('en'), fr: await fixtureServices('fr') }
const inLanguage = (language: string) => services[language as keyof typeof services]

const source: SiteSource = {
  source: 'tickets.csv',
  languages: ['en', 'fr'],
  words: (language) => inLanguage(language).words,
  pages: (language) => linksOf(inLanguage(language)),
  page: (id, language) => {
    const { pages } = inLanguage(language)
    return resolvePage(pages.find(({ page }) => page === id)!, '', inLanguage(language))
  },
  report: async () => ({ title: 'Customer service report', html: '<p>the report</p>' }),
}

async function written(): Promise<Map<string, string>> {
  const site = new Map<string, string>()
  for await (const { path, content } of siteOf(source, files))
    site.set(path, typeof content === 'string' ? content : [...content].join(''))
  return site
}

describe('a site of the fixture', () => {
  let site: Map<string, string>
  const page = (path: string) => site.get(path) ?? ''
  const pages = () => [...site].filter(([path]) => path.endsWith('.html'))

  beforeAll(async () => {
    site = await written()
  })

  test('has each page in each language, without those that are a question to the server', () => {
    const names = (language: string) =>
      [...site.keys()].filter((path) => path.startsWith(`${language}/`)).map((path) => path.slice(3))
    expect(names('fr')).toEqual(names('en'))
    expect(names('en')).toContain('overview.html')
    expect(names('en')).not.toContain('breakdown.html')
    expect(names('en')).not.toContain('journey.html')
    expect(page('fr/overview.html')).toContain('<html lang="fr"')
  })

  test('every link, file and name in it is there', () => {
    const missing: string[] = []
    for (const [path, text] of pages()) {
      const markup = text.replace(/<script type="application[\s\S]*?<\/script>/g, '')
      for (const [, address = ''] of markup.matchAll(/<[^>]* (?:href|src)="([^"]*)"/g)) {
        const [to = '', hash] = address.split('#')
        const target = to === '' ? path : posix.join(posix.dirname(path), to)
        const found = site.get(target)
        if (found === undefined || (hash && !found.includes(` id="${hash}"`))) missing.push(`${path}: ${address}`)
      }
    }
    expect(missing).toEqual([])
  })

  test('nothing in it asks a server', () => {
    for (const [path, text] of pages())
      expect(text, path).not.toMatch(/<form|data-filter|data-action|\/api\/|class="pager"|="\/|type="module"/)
  })

  test('each page says of which version it is, and may load nothing from elsewhere', () => {
    const { version } = services.en
    for (const [path, text] of pages()) {
      if (path === 'index.html' || path.endsWith('report.html')) continue
      expect(text, path).toContain(`version ${version.id}`)
      expect(text, path).toContain('class="snapshot"')
      expect(text, path).toContain('default-src &#39;none&#39;')
    }
  })

  test('a tile has its numbers as a file, the same as the server’s', () => {
    expect(page('en/overview.html')).toContain('href="../files/en/overview.csat-by-channel.csv"')
    expect(page('files/en/overview.csat-by-channel.csv')).toMatch(
      /^channel,Satisfaction score,Satisfaction score \(n\)\r\n/,
    )
  })

  test('drawings come to life from what the page carries', () => {
    const data = /id="aboard">([\s\S]*?)<\/script>/.exec(page('fr/overview.html'))?.[1] ?? '{}'
    const { locale, figures } = JSON.parse(data)
    expect(locale).toBe('fr-FR')
    expect(page('fr/overview.html').match(/data-figure=/g)).toHaveLength(Object.keys(figures).length)
    expect(page('fr/overview.html')).toContain('<script defer src="../assets/script-1.js">')
  })

  test('the entrance leads to the start page, and the report is listed', () => {
    expect(page('index.html')).toContain('content="0; url=en/overview.html"')
    expect(page('index.html')).toContain('href="fr/overview.html"')
    expect(page('en/overview.html')).toContain('href="report.html"')
    expect(page('en/report.html')).toBe('<p>the report</p>')
  })

  test('same version, same bytes', async () => {
    expect(await written()).toEqual(site)
  })
})

describe('a link', () => {
  const places = { pages: new Map([['data', new Set(['tile-loads'])]]), start: 'overview', root: '../' }

  test.each([
    ['<a href="/data#tile-loads">Data</a>', '<a href="data.html#tile-loads">Data</a>'],
    ['<a href="/data#gone">Data</a>', '<a href="data.html">Data</a>'],
    ['<a class="plain" href="/">Rapport</a>', '<a class="plain" href="overview.html">Rapport</a>'],
    ['<a href="#tile-x">Below</a>', '<a href="#tile-x">Below</a>'],
    ['<a href="https://example.org/">Out</a>', '<a href="https://example.org/">Out</a>'],
    ['<a href="../fr/data.html">FR</a>', '<a href="../fr/data.html">FR</a>'],
    ['<a class="plain" href="/cases?where=a=1" data-filter="a=1">Chat</a>', '<span class="plain">Chat</span>'],
    ['<p><a href="/rows?metric=cases">Show rows</a></p>', ''],
    ['<p>n = 3 · <a href="/breakdown?m=cases">Why</a></p>', '<p>n = 3</p>'],
    [
      '<li><a class="way" href="/data?where=a=1">Rows</a></li><li><a class="way" href="/data">D</a></li>',
      '<li><a class="way" href="data.html">D</a></li>',
    ],
    ['<th scope="row"><a href="/cases?x=1">Chat</a></th>', '<th scope="row"><span class="plain">Chat</span></th>'],
    ['<td><a href="/data">Data</a></td>', '<td><a href="data.html">Data</a></td>'],
    ['<a class="state" href="/live?s=new">New <b>3</b></a>', '<span class="state">New <b>3</b></span>'],
    ['<a href="/elsewhere">Away</a>', ''],
    ['<a href="//evil.example/">Away</a>', ''],
    ['<form method="get"><a href="/data">x</a></form><p>stays</p>', '<p>stays</p>'],
    ['<p>&lt;a href=&quot;/cases&quot;&gt;</p>', '<p>&lt;a href=&quot;/cases&quot;&gt;</p>'],
    [
      '<link rel="stylesheet" href="/assets/s.css"><script defer src="/assets/s.js"></script>',
      '<link rel="stylesheet" href="../assets/s.css"><script defer src="../assets/s.js"></script>',
    ],
  ])('%s', (before, after) => {
    expect(stillLinks(before, places)).toBe(after)
  })
})
