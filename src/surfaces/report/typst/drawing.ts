import type { Colours } from './colours.ts'

/** A picture for paper, with the size that it was drawn for. */
export interface Drawing {
  svg: string
  width: number
  height: number
}

/**
 * A drawing of the pages without a page around it: colours by value and the type by name, and nothing that only a pointer can find.
 */
export function drawingFor(svg: string, colours: Colours): Drawing {
  const [, width = '1', height = '1'] = /<svg[^>]* width="([\d.]+)" height="([\d.]+)"/.exec(svg) ?? []
  const drawn = svg
    .replace(/<path class="hit"[^>]*fill="var\(--hit\)"[^>]*>(<title>[^<]*<\/title>)?<\/path>/g, '')
    .replace(/<title>[^<]*<\/title>/g, '')
    .replace(/ (class|role|aria-label|data-[a-z-]+)="[^"]*"/g, '')
    .replace('<svg ', '<svg font-family="Inter" ')
    .replace(/var\(--([a-z0-9-]+)\)/g, (_, name: string) => paint(colours[name]))
  return { svg: drawn, width: Number(width), height: Number(height) }
}

/** SVG of files knows no word for nothing but `none`. */
function paint(colour: string | undefined): string {
  return colour === undefined || colour === 'transparent' ? 'none' : colour
}
