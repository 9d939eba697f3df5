/** Where links of a page may still lead once no server stands behind it. Addresses are as the server's pages have them: `/overview`. */
export interface StillPlaces {
  /** Pages that are files beside this one, and the ids in each that a link may name. */
  pages: ReadonlyMap<string, ReadonlySet<string>>
  /** The page that opens first. */
  start: string
  /** From the page to the folder of the site: `../`. */
  root: string
}

/**
 * A page of the server as a file among files: addresses become relative, and what only a server could answer is left out: forms, pagers,
 * filters, links to rows, cases and journeys. A value that was a link stays as text; a control or a way further goes whole. It is our own
 * markup that is read here, where every text is escaped and every attribute quoted, so a tag begins at `<` and nowhere else.
 */
export function stillLinks(page: string, places: StillPlaces): string {
  return (
    page
      .replace(/<form[\s\S]*?<\/form>/g, '')
      .replace(/<details class="change-status">[\s\S]*?<\/details>/g, '')
      .replace(/<nav class="pager"[\s\S]*?<\/nav>/g, '')
      .replace(/<a class="chip-remove"[\s\S]*?<\/a>/g, '')
      .replace(/<li><a ([^>]*)>((?:(?!<\/a>)[\s\S])*)<\/a><\/li>/g, (whole, attributes: string, inside: string) => {
        const link = linkOf(attributes, inside, places)
        return link === null ? '' : link === undefined ? whole : `<li>${link}</li>`
      })
      // A cell of a table is there for what it says.
      .replace(/(<t[dh](?: [^>]*)?>)<a ([^>]*)>([\s\S]*?)<\/a>/g, (whole, cell, attributes: string, inside: string) => {
        const link = linkOf(attributes, inside, places)
        return link === undefined ? whole : `${cell}${link ?? textOf(inside)}`
      })
      .replace(/<a ([^>]*)>([\s\S]*?)<\/a>/g, (whole, attributes: string, inside: string) => {
        const link = linkOf(attributes, inside, places)
        return link === null ? '' : (link ?? whole)
      })
      .replace(/<(link|script) ([^>]*?)(href|src)="\/([^"]*)"/g, (_, tag, before, name, path) => {
        return `<${tag} ${before}${name}="${places.root}${path}"`
      })
      // What a click would filter by, and what only the dashboard's own script answers.
      .replace(/ data-(filter|metric|action|of|refresh)="[^"]*"/g, '')
      .replace(/ · (?=<\/p>)/g, '')
      .replace(/<(p|li)(?: class="[^"]*")?>\s*<\/\1>/g, '')
  )
}

/** What a link into a page may name. */
export function idsIn(page: string): Set<string> {
  return new Set([...page.matchAll(/ id="([^"]*)"/g)].map(([, id = '']) => id))
}

/** Links that are there for what they say: a value of a table, a mark with a count. */
const saying = /class="(plain|state)"/

/** The link as it may stand; its text alone; `null` where nothing of it stays; `undefined` where it is right as it is. */
function linkOf(attributes: string, inside: string, places: StillPlaces): string | null | undefined {
  const href = /(?:^| )href="([^"]*)"/.exec(attributes)?.[1]
  if (href === undefined || /^(#|https?:|[\w.]+\/|\.\.\/|[\w-]+\.(html|csv))/.test(href)) return undefined
  const address = addressOf(href, places)
  if (address) return `<a ${attributes.replace(`href="${href}"`, `href="${address}"`)}>${inside}</a>`
  const [, look] = saying.exec(attributes) ?? []
  return look ? textOf(inside, look) : null
}

function textOf(inside: string, look = 'plain'): string {
  return `<span class="${look}">${inside}</span>`
}

/** A page with a question is another page than the one that was kept. */
function addressOf(href: string, { pages, start, root }: StillPlaces): string | null {
  if (href.startsWith('/files/') || href.startsWith('/assets/')) return `${root}${href.slice(1)}`
  const [, id, hash = ''] = /^\/([\w-]*)(#[^?]*)?$/.exec(href) ?? []
  if (id === undefined) return null
  if (id === '') return `${start}.html`
  const ids = pages.get(id)
  return ids ? `${id}.html${ids.has(hash.slice(1)) ? hash : ''}` : null
}
