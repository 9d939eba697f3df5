import type { Page } from 'playwright-core'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import { violationsOf } from './axe.ts'
import { openProduct, type Product } from './product.ts'

const pages = ['overview', 'breakdown', 'cases', 'data', 'definitions']

let product: Product

beforeAll(async () => {
  product = await openProduct()
})

afterAll(() => product.close())

describe.each(['light', 'dark'] as const)('in the %s theme', (colorScheme) => {
  test.each(pages)('axe finds nothing serious on %s', async (path) => {
    const { page, complaints } = await product.visit(`/${path}?where=channel=chat`, { colorScheme })
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })

  test('axe finds nothing serious in what lies over the page', async () => {
    const { page, complaints } = await product.visit('/overview', { colorScheme })
    for (const key of ['/', 'f', '?']) {
      await page.keyboard.press(key)
      await page.locator('dialog[open]').waitFor()
      expect(await violationsOf(page), key).toEqual([])
      await page.keyboard.press('Escape')
      await page.locator('dialog[open]').waitFor({ state: 'detached' })
    }
    await page.locator('.kpi [data-metric]').first().click()
    await page.locator('dialog[open] .facts').waitFor()
    expect(await violationsOf(page)).toEqual([])
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

test.each(pages)('%s does not scroll sideways on a phone', async (path) => {
  const { page, complaints } = await product.visit(`/${path}?where=channel=chat,email`, {
    viewport: { width: 390, height: 844 },
    isMobile: true,
    hasTouch: true,
  })
  const width = await page.evaluate<number>('document.documentElement.scrollWidth')
  expect(width).toBeLessThanOrEqual(390)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a whole question by keyboard: search, filter, read a chart, filter by it, read a definition', async () => {
  const { page, complaints } = await product.visit('/cases')
  await page.keyboard.press('/')
  await page.locator('dialog[open] input').waitFor()
  await page.keyboard.type('something')
  await page.keyboard.press('Escape')
  await page.locator('dialog[open]').waitFor({ state: 'detached' })
  await page.keyboard.press('Control+k')
  await page.locator('dialog[open] input').waitFor()
  await page.keyboard.type('overv')
  await page.keyboard.press('Enter')
  await page.locator('h1', { hasText: 'Overview' }).waitFor()

  await page.keyboard.press('f')
  await page.locator('dialog[open] input').waitFor()
  await page.keyboard.type('priority')
  await page.keyboard.press('Enter')
  await page.locator('dialog[open] [role="option"]', { hasText: 'High' }).waitFor()
  await page.keyboard.type('high')
  await page.locator('dialog[open] [role="option"]').nth(1).waitFor({ state: 'detached' })
  await page.keyboard.press('Enter')
  await page.locator('dialog[open] [role="option"][aria-selected="true"] .tick path').waitFor()
  for (let i = 0; i < 12 && !(await focusIs(page, '.modal-foot .primary')); i++) await page.keyboard.press('Tab')
  await page.keyboard.press('Enter')
  await page.locator('#chips .chip').waitFor()
  expect(decodeURIComponent(page.url())).toContain('where=priority=high')

  await page.locator('[data-tile="csat-by-channel"] .figure').focus()
  await page.keyboard.press('ArrowDown')
  await page.locator('.tip:not([hidden])').waitFor()
  expect(await page.locator('#announce').textContent()).toContain('n = ')
  await page.keyboard.press('Enter')
  await page.locator('#chips .chip').nth(1).waitFor()
  expect(decodeURIComponent(page.url())).toContain('where=channel=')

  await page.locator('.kpi [data-metric="csat_mean"]').focus()
  await page.keyboard.press('Enter')
  await page.locator('dialog[open] .facts').waitFor()
  await page.keyboard.press('Escape')
  await page.locator('dialog[open]').waitFor({ state: 'detached' })
  await page.keyboard.press('Shift+Escape')
  await page.locator('#chips .chip').first().waitFor({ state: 'detached' })
  await page.keyboard.press('g')
  await page.keyboard.press('b')
  await page.locator('h1', { hasText: 'Breakdown' }).waitFor()
  expect(complaints).toEqual([])
  await page.context().close()
})

function focusIs(page: Page, selector: string): Promise<boolean> {
  return page.evaluate<boolean>(`document.activeElement?.matches('${selector}') ?? false`)
}
