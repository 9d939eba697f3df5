import { expect, test } from 'vitest'
import { coloursOf } from '../../../../src/surfaces/report/typst/colours.ts'
import { drawingFor } from '../../../../src/surfaces/report/typst/drawing.ts'
import { drawn } from './every-kind.ts'

test('colours are those of the pages, by theme, and a name that stands for another is that one', () => {
  const light = coloursOf('light')
  const dark = coloursOf('dark')
  expect(light).toMatchObject({ accent: '#2f5fd0', 'on-heat-1': light.ink, panel: '#ffffff' })
  expect(dark).toMatchObject({ accent: '#8fb0ff', 'on-heat-1': dark.ink })
  expect(dark.ink).not.toBe(light.ink)
  expect(Object.keys(dark).sort()).toEqual(Object.keys(light).sort())
  expect([...Object.values(light), ...Object.values(dark)].filter((each) => each.includes('var('))).toEqual([])
})

test('a style sheet that a build has made small says the same', () => {
  const small = ':root{--ink:#111;--panel:#fff;--on-heat-1:var(--ink)}:root[data-theme=dark]{--ink:#eee}'
  expect(coloursOf('light', small)).toEqual({ ink: '#111', panel: '#fff', 'on-heat-1': '#111' })
  expect(coloursOf('dark', small)).toEqual({ ink: '#eee', panel: '#fff', 'on-heat-1': '#eee' })
})

test('a drawing for paper names its colours by value, its type, and nothing that only a pointer finds', () => {
  const colours = coloursOf('light')
  const { svg, width, height } = drawingFor(drawn, colours)
  expect({ width, height }).toEqual({ width: 586, height: 120 })
  expect(svg).toContain('font-family="Inter"')
  expect(svg).toContain(`fill="${colours.accent}"`)
  expect(svg).toContain(`fill="${colours.ink}"`)
  expect(svg).toContain('fill="url(#hatch-1)"')
  expect(svg).not.toMatch(/var\(|transparent|class=|data-|<title>|A: 10/)
})

test('a colour that no style sheet has is not drawn', () => {
  expect(drawingFor('<svg width="1" height="1"><path fill="var(--nobody)"/></svg>', {}).svg).toContain('fill="none"')
})
