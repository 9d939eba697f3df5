import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { packageRoot } from '../../../config/product.ts'
import { RapportError } from '../../../errors.ts'

const root = packageRoot()
const built = join(root, 'dist')
/** Tests read templates and colours where they are written, the program where the build has put them. */
const fromSource = import.meta.url.includes('/src/surfaces/')

export const paperFolder = fromSource ? join(root, 'src/surfaces/report/typst/paper') : join(built, 'paper')
const styleSheet = fromSource ? join(root, 'src/pages/render/tokens.css') : join(built, 'paper/tokens.css')

const faces = ['400Regular', '400Regular_Italic', '500Medium', '600SemiBold', '700Bold']

/** Inter in the weights that paper uses: it looks the same on every machine. */
export function readFonts(): Buffer[] {
  return faces.map((face) => read(join(built, 'fonts', `Inter_${face}.ttf`)))
}

/** The style sheet of the pages: it names the colours, once for all surfaces. */
export function readStyleSheet(): string {
  return read(styleSheet).toString('utf8')
}

export function readDrawer(): Buffer {
  return read(join(built, 'paper/resvg.wasm'))
}

function read(file: string): Buffer {
  try {
    return readFileSync(file)
  } catch {
    throw new RapportError({
      code: 'paper-not-built',
      message: 'A file that paper is set with is missing.',
      where: file,
      fix: 'Run "npm run build".',
    })
  }
}
