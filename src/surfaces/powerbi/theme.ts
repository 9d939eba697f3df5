import { colours } from './colours.ts'
import { jsonText } from './pinned.ts'

export const themeFile = 'Rapport.json'

/** Inter is on no machine by itself, and Power BI embeds no fonts: it is taken where it is installed. */
const face = "Inter, 'Segoe UI', wf_segoe-ui_normal, helvetica, arial, sans-serif"
const semibold = "Inter, 'Segoe UI Semibold', wf_segoe-ui_semibold, helvetica, arial, sans-serif"

const solid = (color: string) => ({ solid: { color } })

/** Our colours and type as a Power BI theme: hairlines instead of shadows, one accent, titles in ink and all else quiet. */
export function themeText(): string {
  return jsonText({
    name: 'Rapport',
    dataColors: colours.parts,
    background: colours.panel,
    foreground: colours.ink,
    tableAccent: colours.accent,
    good: colours.good,
    neutral: colours.warn,
    bad: colours.bad,
    maximum: colours.heat[1],
    center: colours.heat[0],
    minimum: colours.heat[0],
    textClasses: {
      callout: { fontSize: 22, fontFace: semibold, color: colours.ink },
      title: { fontSize: 11, fontFace: semibold, color: colours.ink },
      header: { fontSize: 10, fontFace: semibold, color: colours.ink },
      label: { fontSize: 9, fontFace: face, color: colours.soft },
    },
    visualStyles: {
      '*': {
        '*': {
          background: [{ show: true, color: solid(colours.panel), transparency: 0 }],
          border: [{ show: true, color: solid(colours.line), radius: 8 }],
          dropShadow: [{ show: false }],
          title: [{ show: true, fontColor: solid(colours.ink), titleWrap: true }],
          subTitle: [{ fontColor: solid(colours.soft), fontSize: 9, titleWrap: true }],
        },
      },
      page: { '*': { background: [{ color: solid(colours.background), transparency: 0 }] } },
    },
  })
}
