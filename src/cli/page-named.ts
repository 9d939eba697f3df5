import { RapportError } from '../errors.ts'
import type { Page } from '../pages/spec.ts'

/** The page of that name, or which there are. */
export function pageNamed(name: string, pages: ReadonlyMap<string, Page>): Page {
  const page = pages.get(name)
  if (page) return page
  throw new RapportError(
    {
      code: 'page-unknown',
      message: `There is no page "${name}".`,
      where: name,
      fix: `Use one of: ${[...pages.keys()].join(', ')}.`,
    },
    5,
  )
}
