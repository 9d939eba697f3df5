import { createHash } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RapportError } from '../../errors.ts'

/** What the pages of a site load, by a name with the hash of its content: it may be kept for ever. */
export interface SiteFiles {
  style: Asset
  script: Asset
}

export interface Asset {
  name: string
  content: string
}

/** dist/alone, whether this runs from dist/ or from src/surfaces/export. */
export function readSiteFiles(from: string = import.meta.url): SiteFiles {
  const folder = new URL(fileURLToPath(from).includes('/src/surfaces/') ? '../../../dist/alone/' : './alone/', from)
  return { style: asset('style.css', 'site.css', folder), script: asset('script.js', 'script-maps.js', folder) }
}

function asset(name: string, built: string, folder: URL): Asset {
  const content = read(new URL(built, folder))
  const hash = createHash('sha256').update(content).digest('hex').slice(0, 8)
  return { name: name.replace('.', `-${hash}.`), content }
}

function read(file: URL): string {
  try {
    return readFileSync(file, 'utf8')
  } catch {
    throw new RapportError({
      code: 'web-not-built',
      message: 'The files that the pages of a site load are missing.',
      where: fileURLToPath(file),
      fix: 'Run "npm run build".',
    })
  }
}
