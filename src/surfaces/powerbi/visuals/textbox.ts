import { colours } from '../colours.ts'
import { property, type Visual } from './visual.ts'

export interface Paragraph {
  text: string
  /** `plain` where it is left out. */
  style?: 'title' | 'heading' | 'quiet' | 'plain'
}

const styles = {
  title: { fontSize: '20px', fontWeight: 'bold', color: colours.ink },
  heading: { fontSize: '14px', fontWeight: 'bold', color: colours.ink },
  quiet: { fontSize: '12px', color: colours.soft },
  plain: { fontSize: '13px', color: colours.ink },
} as const

const lineHeights = { title: 30, heading: 24, quiet: 18, plain: 20 } as const
/** Of a letter, on the generous side: a box that is too high is better than one that must be scrolled. */
const letterWidths = { title: 12, heading: 8.5, quiet: 7, plain: 7.5 } as const

/** Text that Power BI does not compute. Of a width, so that it is as high as its lines. */
export function textbox(paragraphs: Paragraph[], width: number): Visual {
  const high = paragraphs.map(({ text, style = 'plain' }) => {
    const letters = Math.max(10, Math.floor((width - 24) / letterWidths[style]))
    return Math.max(1, Math.ceil(text.length / letters)) * lineHeights[style]
  })
  return {
    type: 'textbox',
    roles: {},
    objects: {
      general: property({
        paragraphs: paragraphs.map(({ text, style = 'plain' }) => ({
          textRuns: [{ value: text, textStyle: styles[style] }],
        })),
      }),
    },
    shape: 'text',
    height: high.reduce((sum, each) => sum + each, 24),
  }
}
