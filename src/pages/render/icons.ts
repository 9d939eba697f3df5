import { type Html, html } from './html.ts'

/** Small marks drawn as paths: fonts disagree about arrows and circles, paths do not. */
const shapes = {
  up: 'M5 1.5 9.3 8.5H.7Z',
  down: 'M5 8.5.7 1.5h8.6Z',
  equal: 'M1 3h8v1.4H1Zm0 3h8v1.4H1Z',
  right: 'M5.4.9 9.5 5 5.4 9.1l-1-1L6.8 5.7H.5V4.3h6.3L4.4 1.9Z',
  swap: 'M3 .5 5.6 3.4H3.7V9.5H2.3V3.4H.4ZM7 9.5 4.4 6.6h1.9V.5h1.4v6.1h1.9Z',
  real: 'M5 .8a4.2 4.2 0 1 1 0 8.4A4.2 4.2 0 0 1 5 .8Z',
  few: 'M5 .8a4.2 4.2 0 1 1 0 8.4A4.2 4.2 0 0 1 5 .8Zm0 1.4a2.8 2.8 0 1 0 0 5.6 2.8 2.8 0 0 0 0-5.6Z',
  none: 'M.6 4.3C1.5 2.2 3 1.7 5 2.8c1.6.9 2.5.8 3.3-.8l1.2.6C8.4 4.7 6.9 5.1 4.7 4 3.2 3.2 2.5 3.4 1.8 4.9Zm0 4C1.5 6.2 3 5.7 5 6.8c1.6.9 2.5.8 3.3-.8l1.2.6C8.4 8.7 6.9 9.1 4.7 8 3.2 7.2 2.5 7.4 1.8 8.9Z',
  warning: 'M5 .6 9.7 9.2H.3ZM4.4 3.6v2.8h1.2V3.6Zm0 3.6v1.2h1.2V7.2Z',
  check: 'M3.8 8.6.6 5.4l1-1 2.2 2.2L8.4 2l1 1Z',
  cross: 'M1.5.5 5 4 8.5.5l1 1L6 5l3.5 3.5-1 1L5 6 1.5 9.5l-1-1L4 5 .5 1.5Z',
  theme: 'M5 .5a4.5 4.5 0 1 1 0 9 4.5 4.5 0 0 1 0-9Zm0 1.3v6.4a3.2 3.2 0 0 0 0-6.4Z',
} as const

export type IconName = keyof typeof shapes

export function icon(name: IconName): Html {
  return html`<svg class="icon icon-${name}" aria-hidden="true" width="10" height="10" viewBox="0 0 10 10"><path fill="currentColor" fill-rule="evenodd" d="${shapes[name]}"/></svg>`
}
