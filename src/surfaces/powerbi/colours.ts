/** The light colours of our pages (`pages/render/style.css`): Power BI has one theme a report. */
export const colours = {
  background: '#fbfbfa',
  panel: '#ffffff',
  ink: '#1c1f23',
  soft: '#5d646d',
  line: '#e7e7e3',
  accent: '#2f5fd0',
  good: '#1d7a4c',
  warn: '#9a6200',
  bad: '#b3261e',
  /** Ends of the scale behind the cells of a matrix; ink is read on both. */
  heat: ['#f3f3f0', '#9db5ec'],
  /** Parts of a whole, told apart by people who are colour-blind as well. */
  parts: ['#2f5fd0', '#c2571a', '#1d7a6b', '#8a4fa8', '#8f6b00', '#1b82a8', '#a8325e', '#5b7a1f'],
} as const
