import { readdirSync, readFileSync } from 'node:fs'
import { extname } from 'node:path'
import { fileURLToPath } from 'node:url'
import { RapportError } from '../../errors.ts'

/** What scripts/build.mjs wrote beside the files. */
interface Manifest {
  script: string
  style: string
  initial: string[]
  fonts: string[]
}

/** The browser's files, in memory: a name is looked up, never joined to a path. */
export interface Assets {
  /** Name of the script and of the style sheet that a page loads. */
  script: string
  style: string
  /** Scripts that the first one imports, and the fonts: worth asking for early. */
  preload: string[]
  files: ReadonlyMap<string, Asset>
}

export interface Asset {
  content: Uint8Array<ArrayBuffer>
  type: string
}

const types: Record<string, string> = {
  '.js': 'text/javascript; charset=utf-8',
  '.css': 'text/css; charset=utf-8',
  '.woff2': 'font/woff2',
  '.svg': 'image/svg+xml',
}

/** dist/web, whether this runs from dist/ or from src/surfaces/server. */
export function webFolder(from: string = import.meta.url): URL {
  return new URL(fileURLToPath(from).includes('/src/surfaces/') ? '../../../dist/web/' : './web/', from)
}

export function readAssets(folder: URL = webFolder()): Assets {
  const manifest = readManifest(folder)
  const files = new Map<string, Asset>()
  for (const name of readdirSync(folder)) {
    const type = types[extname(name)]
    if (type) files.set(name, { content: new Uint8Array(readFileSync(new URL(name, folder))), type })
  }
  const preload = [...manifest.initial.filter((name) => name !== manifest.script), ...manifest.fonts.slice(0, 1)]
  return { script: manifest.script, style: manifest.style, preload, files }
}

function readManifest(folder: URL): Manifest {
  try {
    return JSON.parse(readFileSync(new URL('manifest.json', folder), 'utf8')) as Manifest
  } catch {
    throw new RapportError({
      code: 'web-not-built',
      message: 'The files for the browser are missing.',
      where: fileURLToPath(folder),
      fix: 'Run "npm run build".',
    })
  }
}
