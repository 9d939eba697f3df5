import { formatNumber } from '../config/format.ts'
import { missingOf } from '../metrics/needs.ts'
import type { PageServices } from './services.ts'
import type { Page } from './spec.ts'
import { pageTitle } from './tiles/title.ts'

/** An entry of the sidebar. */
export interface PageLink {
  id: string
  title: string
  group: string
  /** Listed, but never what opens first. */
  start?: false
  /** A quiet count beside the name. */
  count?: string
  tone?: 'warn' | 'bad'
}

const groups = ['measure', 'understand', 'decide', 'trust']

/** What opens first: the page that is wished for, where the source has it, else the first that may be. */
export function startOf(links: PageLink[], wished?: string): PageLink | undefined {
  return links.find(({ id }) => id === wished) ?? links.find(({ start }) => start !== false) ?? links[0]
}

/** Pages that this source can fill, in the order of the sidebar. */
export async function linksOf(services: PageServices): Promise<PageLink[]> {
  const listed = services.pages
    .filter((page) => page.group !== undefined && hasRows(page, services))
    .toSorted((a, b) => groups.indexOf(a.group ?? '') - groups.indexOf(b.group ?? '') || a.order - b.order)
  return Promise.all(
    listed.map(async (page) => ({
      id: page.page,
      title: pageTitle(page, services.words),
      group: page.group ?? 'measure',
      ...(!page.start && { start: false as const }),
      ...(await countOf(page, services)),
    })),
  )
}

function hasRows(page: Page, { version, readAlerts }: PageServices): boolean {
  if (page.only_with === 'alerts' && !readAlerts) return false
  const filled = page.table === undefined || (version.counts[page.table] ?? 0) > 0
  return filled && missingOf(page.needs, version.present).length === 0
}

async function countOf(page: Page, services: PageServices): Promise<Pick<PageLink, 'count' | 'tone'>> {
  const { words, version, catalogue } = services
  if (page.count === 'cases') return { count: formatNumber(version.counts.cases ?? 0, words) }
  if (page.count === 'metrics') {
    const known = [...catalogue.metrics.values()].filter((each) => missingOf(each.needs, version.present).length === 0)
    return { count: formatNumber(known.length, words) }
  }
  if (page.count === 'findings') {
    const found = (await services.facts.checkResults()).filter((each) => each.found > 0 && each.severity !== 'note')
    return found.length > 0 ? { count: formatNumber(found.length, words), tone: 'warn' } : {}
  }
  return {}
}
