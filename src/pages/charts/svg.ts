import { escapeText } from '../render/html.ts'
import type { Option } from './chart.ts'

/** Style properties that are also attributes of SVG; anything else in a `style` is dropped. */
const presentation = new Set(['font-size', 'font-weight', 'font-style', 'text-anchor', 'fill', 'stroke', 'opacity'])

const hatch =
  '<defs><pattern id="hatch" width="6" height="6" patternUnits="userSpaceOnUse" patternTransform="rotate(45)">' +
  '<rect width="6" height="6" fill="var(--hit)"/><rect width="1.5" height="6" fill="var(--hatch)"/></pattern></defs>'

/** What options call the pattern: of periods that are not whole, and of groups too small to compare. */
const patterns = ['hatch', 'few']

/**
 * The pattern under a name of each drawing: two drawings of one tile stand in a page, and a pattern of the hidden one is not painted.
 */
function withPatterns(inner: string, name: string): string {
  return patterns
    .filter((each) => inner.includes(`url(#${each})`))
    .reduce((drawn, each) => {
      const own = `${each}-${hashOf(name)}`
      return hatch.replace('id="hatch"', `id="${own}"`) + drawn.replaceAll(`url(#${each})`, `url(#${own})`)
    }, inner)
}

/** Short and the same for the same text. */
function hashOf(text: string): string {
  let hash = 5381
  for (const letter of text) hash = ((hash * 33) ^ (letter.codePointAt(0) ?? 0)) >>> 0
  return hash.toString(36)
}

/**
 * What ECharts drew, as markup that a strict Content-Security-Policy accepts (no inline style, no style sheet) and that a
 * screen reader can name. Marks carry `data-filter` and a tip instead of ECharts' own numbers.
 */
export function cleanSvg(drawn: string, option: Option, label: string, name: string): string {
  const body = drawn
    .replace(/<style[\s\S]*?<\/style>|<clipPath[\s\S]*?<\/clipPath>| clip-path="[^"]*"/g, '')
    .replace(/<defs ?><\/defs>/g, '')
    .replace(/ (class|xml:space)="[^"]*"/g, '')
    .replace(/ style="([^"]*)"/g, (_, style: string) => attributes(style))
    .replace(/<[^>]+>/g, (tag) =>
      tag.replace(/-?\d+\.\d{2,}/g, (number) => String(Math.round(Number(number) * 10) / 10)),
    )
    .replace(/M(-?[\d.]+) (-?[\d.]+)A([\d.]+) \3 0 1 1 \1 \2(?![\d.])/g, (_, ...at: string[]) => wholeCircle(at))
    .replace(/<path ([^>]*?)><\/path>/g, (_, attrs: string) => mark(attrs, option))
    .replace(/ ecmeta_[a-z_]+="[^"]*"/g, '')
    .replace(/\n/g, '')
  const [, width = '0', height = '0'] = /width="([\d.]+)" height="([\d.]+)"/.exec(body) ?? []
  const inner = body.replace(/^<svg[^>]*>/, '').replace(/<\/svg>\s*$/, '')
  return (
    `<svg xmlns="http://www.w3.org/2000/svg" class="drawing" role="img" aria-label="${escapeText(label)}" ` +
    `width="${width}" height="${height}" viewBox="0 0 ${width} ${height}"><title>${escapeText(name)}</title>` +
    `${withPatterns(inner, name + width)}</svg>`
  )
}

/** A circle ends a hair before its start; where rounding closes that, the arc would be nothing: two halves are whole. */
function wholeCircle([x = '', y = '', r = '']: string[]): string {
  const far = Math.round((Number(x) - 2 * Number(r)) * 10) / 10
  return `M${x} ${y}A${r} ${r} 0 1 1 ${far} ${y}A${r} ${r} 0 1 1 ${x} ${y}`
}

function attributes(style: string): string {
  return style
    .split(';')
    .map((each) => each.split(':').map((part) => part.trim()))
    .filter(([property, value]) => value && presentation.has(property ?? ''))
    .map(([property, value]) => ` ${property}="${value}"`)
    .join('')
}

function mark(attrs: string, option: Option): string {
  const series = /ecmeta_series_index="(\d+)"/.exec(attrs)?.[1]
  const index = /ecmeta_data_index="(\d+)"/.exec(attrs)?.[1]
  const item =
    series && index && !attrs.includes('ecmeta_silent') ? itemOf(option, Number(series), Number(index)) : null
  const filter = text(item?.filter)
  const tip = text(item?.tip)
  if (!filter && !tip) return `<path ${attrs}/>`
  const data = filter ? ` data-filter="${escapeText(filter)}"` : ''
  const title = tip ? `<title>${escapeText(tip)}</title>` : ''
  return `<path class="hit" ${attrs}${data}>${title}</path>`
}

function itemOf(option: Option, series: number, index: number): Record<string, unknown> | null {
  const all = option.series as { data?: unknown[] }[] | undefined
  const item = all?.[series]?.data?.[index]
  return item !== null && typeof item === 'object' ? (item as Record<string, unknown>) : null
}

function text(value: unknown): string {
  return typeof value === 'string' ? value : ''
}
