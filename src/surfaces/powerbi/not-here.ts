import { say, type Words } from '../../config/words.ts'
import type { Lack } from './asked.ts'
import type { Paragraph } from './visuals/textbox.ts'

/** What one page of ours shows and its page in Power BI does not. */
export interface PageLacks {
  title: string
  lacks: (Lack & { tile: string })[]
  /** Titles of what Rapport alone computes: tests, findings, lists of rows. */
  ours: string[]
}

/** The last page: what Power BI does not show, and why. What has one reason is told together, whichever pages and tiles miss it. */
export function notHere(pages: PageLacks[], words: Words): Paragraph[] {
  const ours = pages.flatMap((page) => (page.ours.length > 0 ? [placeOf(page.title, page.ours, words)] : []))
  return [
    { text: say(words, 'powerbi.report.not-here.title'), style: 'title' },
    { text: say(words, 'powerbi.report.not-here.intervals') },
    ...under(say(words, 'powerbi.report.not-here.numbers'), numbersOf(pages, words)),
    ...under(say(words, 'powerbi.report.not-here.pictures'), picturesOf(pages, words)),
    ...under(say(words, 'powerbi.report.not-here.ours'), ours),
  ]
}

function numbersOf(pages: PageLacks[], words: Words): string[] {
  const byWhy = new Map<string, Set<string>>()
  for (const { metric, what = '', why } of pages.flatMap((page) => page.lacks))
    if (metric !== undefined) byWhy.set(why, (byWhy.get(why) ?? new Set()).add(what))
  return [...byWhy].map(([why, names]) => {
    const what = [...names].join(say(words, 'powerbi.report.separator'))
    // Some reasons name what they are about.
    return why.startsWith(what) ? why : say(words, 'powerbi.report.not-here.number', { what, why })
  })
}

function picturesOf(pages: PageLacks[], words: Words): string[] {
  const byWhy = new Map<string, Map<string, string[]>>()
  for (const page of pages)
    for (const { metric, what, why, tile } of page.lacks) {
      if (metric !== undefined) continue
      const text = what === undefined ? why : say(words, 'powerbi.report.not-here.number', { what, why })
      const places = byWhy.get(text) ?? new Map<string, string[]>()
      byWhy.set(text, places.set(page.title, [...(places.get(page.title) ?? []), tile]))
    }
  return [...byWhy].map(([why, places]) => {
    const told = [...places].map(([page, tiles]) => placeOf(page, tiles, words))
    return say(words, 'powerbi.report.not-here.picture', { why, places: told.join(' · ') })
  })
}

function placeOf(page: string, tiles: string[], words: Words): string {
  return say(words, 'powerbi.report.not-here.page', { page, tiles: tiles.join(say(words, 'powerbi.report.separator')) })
}

function under(heading: string, lines: string[]): Paragraph[] {
  return lines.length === 0 ? [] : [{ text: heading, style: 'heading' }, ...lines.map((text) => ({ text }))]
}
