import { readDrawer, readFonts } from './typst/files.ts'

type Drawer = typeof import('@resvg/resvg-wasm')

let drawer: Promise<Drawer> | undefined

/** Two and a half megabytes: loaded with the first picture. */
function loadDrawer(): Promise<Drawer> {
  drawer ??= import('@resvg/resvg-wasm').then(async (loaded) => {
    await loaded.initWasm(new Uint8Array(readDrawer()))
    return loaded
  })
  return drawer
}

/** The same drawing with its letters as outlines: who opens it needs no fonts. */
export async function outlined(svg: string): Promise<string> {
  const { Resvg } = await loadDrawer()
  const drawing = new Resvg(svg, {
    font: { fontBuffers: readFonts(), defaultFontFamily: 'Inter', sansSerifFamily: 'Inter' },
  })
  try {
    return drawing.toString()
  } finally {
    drawing.free()
  }
}

/** A drawing of outlines as pixels. */
export async function pngOf(svg: string): Promise<Uint8Array> {
  const { Resvg } = await loadDrawer()
  const drawing = new Resvg(svg, { fitTo: { mode: 'original' } })
  const image = drawing.render()
  try {
    return image.asPng()
  } finally {
    image.free()
    drawing.free()
  }
}
