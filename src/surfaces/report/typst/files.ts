import { readFileSync } from 'node:fs'
import { fileURLToPath } from 'node:url'
import { RapportError } from '../../../errors.ts'

const fromSource = import.meta.url.includes('/src/surfaces/')

/** Templates lie beside this file, and beside the program once it is built. */
export const paperFolder = fileURLToPath(new URL('./paper/', import.meta.url))

/** What scripts/build.mjs copied out of packages: type and the drawer of pixels. */
const fonts = new URL(fromSource ? '../../../../dist/fonts/' : './fonts/', import.meta.url)
const styleSheet = new URL(fromSource ? '../../../pages/render/tokens.css' : './paper/tokens.css', import.meta.url)
const drawer = new URL(fromSource ? '../../../../dist/paper/resvg.wasm' : './paper/resvg.wasm', import.meta.url)

const faces = ['400Regular', '400Regular_Italic', '500Medium', '600SemiBold', '700Bold']

/** Inter in the weights that paper uses: it looks the same on every machine. */
export function readFonts(): Buffer[] {
  return faces.map((face) => read(new URL(`Inter_${face}.ttf`, fonts)))
}

/** The style sheet of the pages: it names the colours, once for all surfaces. */
export function readStyleSheet(): string {
  return read(styleSheet).toString('utf8')
}

export function readDrawer(): Buffer {
  return read(drawer)
}

function read(file: URL): Buffer {
  try {
    return readFileSync(file)
  } catch {
    throw new RapportError({
      code: 'paper-not-built',
      message: 'A file that paper is set with is missing.',
      where: fileURLToPath(file),
      fix: 'Run "npm run build".',
    })
  }
}
