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

/** The last page: what Power BI does not show, and why. Each number is told once, whichever tiles miss it; those with one reason together. */
export function notHere(pages: PageLacks[], words: Words): Paragraph[] {
  const numbers = new Map<string, { what: string; why: string }>()
  const pictures: string[] = []
  for (const page of pages)
    for (const { metric, what, why, tile } of page.lacks)
      if (metric !== undefined) numbers.set(metric, { what: what ?? metric, why })
      else if (what === undefined)
        pictures.push(say(words, 'powerbi.report.not-here.picture', { page: page.title, tile, why }))
      else pictures.push(say(words, 'powerbi.report.not-here.part', { page: page.title, tile, what, why }))
  const ours = pages
    .filter((page) => page.ours.length > 0)
    .map((page) => say(words, 'powerbi.report.not-here.page', { page: page.title, tiles: page.ours.join('; ') }))
  return [
    { text: say(words, 'powerbi.report.not-here.title'), style: 'title' },
    { text: say(words, 'powerbi.report.not-here.intervals') },
    ...under(say(words, 'powerbi.report.not-here.numbers'), together([...numbers.values()], words)),
    ...under(say(words, 'powerbi.report.not-here.pictures'), pictures),
    ...under(say(words, 'powerbi.report.not-here.ours'), ours),
  ]
}

function together(numbers: { what: string; why: string }[], words: Words): string[] {
  const whys = [...new Set(numbers.map(({ why }) => why))]
  return whys.map((why) => {
    const what = numbers.flatMap((each) => (each.why === why ? [each.what] : [])).join('; ')
    return say(words, 'powerbi.report.not-here.number', { what, why })
  })
}

function under(heading: string, lines: string[]): Paragraph[] {
  return lines.length === 0 ? [] : [{ text: heading, style: 'heading' }, ...lines.map((text) => ({ text }))]
}
