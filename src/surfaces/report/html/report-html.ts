import { say, type Words } from '../../../config/words.ts'
import { type Aboard, aboardData, themeScript, themeSwitch } from '../../../pages/render/alone.ts'
import { type Fragment, type Html, html } from '../../../pages/render/html.ts'
import { icon } from '../../../pages/render/icons.ts'
import { inlineScript, inlineStyle, policyMeta } from '../../../pages/render/policy.ts'
import type { ReportDocument } from '../document.ts'
import { type Press, renderPart } from './blocks.ts'
import type { ReportFiles } from './files.ts'
import { type Numbered, type NumberedSection, numberReport } from './numbering.ts'

/**
 * A report as one file that opens by a double click and asks for nothing: style, font, drawings and the script that brings them to life stand
 * in it, and its own content policy allows these and no others. Same document, same bytes.
 */
export function reportHtml(document: ReportDocument, words: Words, files: ReportFiles): string {
  const numbered = numberReport(document)
  const aboard = aboardOf(document, numbered)
  const style = inlineStyle(files.style)
  const early = inlineScript(themeScript)
  const script = inlineScript(files.script(hasMap(aboard)))
  const policy = policyMeta({
    'style-src': [style.source],
    'script-src': [early.source, script.source],
    'font-src': ['data:'],
    'img-src': ['data:'],
  })
  return html`<!doctype html>
<html lang="${document.language}" data-theme="system">
<head><meta charset="utf-8">${policy}<meta name="viewport" content="width=device-width, initial-scale=1"><meta name="color-scheme" content="light dark"><title>${document.title} · ${document.source}</title>${early.tag}${style.tag}</head>
<body><a class="skip" href="#content">${say(words, 'pages.skip')}</a>
${contents(numbered.sections, words)}
<main id="content" tabindex="-1">
${titleBlock(document, words)}
${numbered.sections.map((each) => chapter(each, { words, definitions: numbered.definitions }))}</main>
${aboardData(aboard)}
${script.tag}
</body></html>
`.html
}

/** The drawings' options, under the anchors that the figures stand under. */
function aboardOf({ locale }: ReportDocument, { sections }: Numbered): Aboard {
  const figures = sections.flatMap(({ parts }) =>
    parts.flatMap((part) => {
      if (part.kind !== 'figure') return []
      const { option, height } = part.block.figure
      return [[part.exhibit.anchor, { option, height }] as const]
    }),
  )
  return { locale, figures: Object.fromEntries(figures) }
}

function hasMap({ figures }: Aboard): boolean {
  return Object.values(figures).some(({ option }) =>
    ((option.series ?? []) as { type?: string }[]).some(({ type }) => type === 'map'),
  )
}

function titleBlock({ title, source, origin }: ReportDocument, words: Words): Html {
  const labels = { light: say(words, 'pages.theme.light'), dark: say(words, 'pages.theme.dark') }
  return html`<header class="title">${themeSwitch(labels, icon('theme'))}<p class="source">${source}</p><h1>${title}</h1><p class="origin">${origin}</p></header>`
}

function contents(sections: NumberedSection[], words: Words): Html {
  const entry = ({ anchor, number, section }: NumberedSection) =>
    html`<li><a href="#${anchor}"><span class="chapter-number">${number}</span> ${section.title}</a></li>`
  const text = sections.filter(({ section }) => !section.appendix)
  const appendices = sections.filter(({ section }) => section.appendix)
  const more =
    appendices.length > 0
      ? html`<p class="contents-part" id="appendices">${say(words, 'report.html.appendix')}</p><ol aria-labelledby="appendices">${appendices.map(entry)}</ol>`
      : ''
  const label = say(words, 'report.html.contents')
  return html`<nav class="contents" aria-label="${label}"><details><summary>${label}</summary><ol>${text.map(entry)}</ol>${more}</details></nav>`
}

function numberText(number: string): Fragment {
  return number === '' ? '' : html`<span class="chapter-number">${number}</span> `
}

function chapter({ section, number, anchor, parts }: NumberedSection, press: Press): Html {
  const id = `${anchor}-title`
  return html`<section class="chapter chapter-${section.appendix ? 'appendix' : 'text'}" id="${anchor}" aria-labelledby="${id}"><h2 id="${id}">${numberText(number)}${section.title}</h2>
${partsHtml(parts, press)}</section>
`
}

/** Entries under a heading of the chapter are a level below it. */
function partsHtml(parts: NumberedSection['parts'], press: Press): Fragment {
  let depth: 3 | 4 = 3
  return parts.map((part) => {
    if (part.kind === 'block' && part.block.kind === 'heading') depth = 4
    return renderPart(part, press, depth)
  })
}
