import { escapeText } from '../../../pages/render/html.ts'
import { outlined, pngOf } from '../pixels.ts'
import type { Snapshot } from '../snapshot.ts'
import { coloursOf, type Theme } from './colours.ts'
import { typeset } from './compiler.ts'
import { drawingFor } from './drawing.ts'
import { breakable, together } from './text.ts'

/** A snapshot as one drawing of 1,200 by 675, letters as outlines. */
export async function snapshotSvg(snapshot: Snapshot, theme: Theme): Promise<string> {
  const { picture, ...said } = snapshot
  const colours = coloursOf(theme)
  const files = new Map<string, string>()
  if (picture) files.set('picture.svg', await outlined(drawingFor(picture.svg, colours).svg))
  const data = {
    ...said,
    picture: picture && { label: picture.label, note: picture.note },
    colours,
  }
  const printed = (_: string, value: unknown) => (typeof value === 'string' ? together(breakable(value)) : value)
  files.set('data.json', JSON.stringify(data, printed))
  const set = await typeset('snapshot.typ', files)
  return named(inlined(set.svg()), [snapshot.about, snapshot.title, snapshot.sure].filter(Boolean).join('. '))
}

/** The same in pixels. */
export async function snapshotPng(snapshot: Snapshot, theme: Theme): Promise<Uint8Array> {
  return pngOf(await snapshotSvg(snapshot, theme))
}

/** Typst keeps a picture as an address of its bytes, which slides and chats often do not open: it becomes a part of the drawing. */
function inlined(svg: string): string {
  return svg.replace(/<image([^>]*?)\/?>(<\/image>)?/g, (whole, attributes: string) => {
    const bytes = /href="data:image\/svg\+xml;base64,([^"]*)"/.exec(attributes)?.[1]
    if (bytes === undefined) return whole
    const size = [...attributes.matchAll(/\b(x|y|width|height)="[^"]*"/g)].map(([each]) => each).join(' ')
    const inner = Buffer.from(bytes, 'base64')
      .toString('utf8')
      .replace(/<\?xml[^>]*\?>/, '')
    const [, wide = '1', high = '1'] = /<svg[^>]*? width="([\d.]+)" height="([\d.]+)"/.exec(inner) ?? []
    const shapes = inner.replace(/^\s*<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '')
    const [place = ''] = /\btransform="[^"]*"/.exec(attributes) ?? []
    return `<g ${place}><svg ${size} viewBox="0 0 ${wide} ${high}">${shapes}</svg></g>`
  })
}

/** Its size in pixels, and what a reader who cannot see it hears. */
function named(svg: string, label: string): string {
  return svg
    .replace(/ width="[\d.]+pt" height="[\d.]+pt"/, ' width="1200" height="675"')
    .replace('<svg ', `<svg role="img" aria-label="${escapeText(label)}" `)
    .replace(/\n\s*/g, '\n')
}
