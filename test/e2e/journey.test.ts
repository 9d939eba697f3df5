import type { Page } from 'playwright-core'
import { afterAll, beforeAll, expect, test } from 'vitest'
import { openProduct, type Product } from './product.ts'

let product: Product
/** Cases in all, as the API counts them. */
let all: string

beforeAll(async () => {
  product = await openProduct()
  const answer = await fetch(`${product.url}api/query?metrics=cases`)
  const frame = (await answer.json()) as { rows: { cases: { value: number } }[] }
  all = new Intl.NumberFormat('en-US').format(frame.rows[0]?.cases.value ?? 0)
})

afterAll(() => product.close())

const cases = (page: Page) => page.locator('[data-tile="cases"] .kpi-value').first().textContent()
const chart = '[data-tile="csat-by-channel"] .figure'

/** Waits until the numbers of another address are there. */
async function shown(page: Page, where: string): Promise<void> {
  await page.waitForURL((url) => decodeURIComponent(url.search).includes(where))
  await page.locator('#content[data-phase="ready"]').waitFor()
}

test('the first answer is complete: numbers, pictures and tables without a script', async () => {
  const context = await product.browser.newContext({ javaScriptEnabled: false })
  const page = await context.newPage()
  await page.goto(`${product.url}overview`)
  expect(await cases(page)).toBe(all)
  expect(await page.locator(`${chart} svg .hit[data-filter]`).count()).toBeGreaterThan(3)
  await page.locator('a[hreflang="fr"]').click()
  expect(await page.locator('html').getAttribute('lang')).toBe('fr')
  await page.locator('nav.side a[href^="/cases"]').click()
  expect(await page.locator('html').getAttribute('lang'), 'the choice holds for the next page').toBe('fr')
  await context.close()
})

test('the product opens on its first page without a complaint of the browser', async () => {
  const { page, complaints } = await product.visit('/')
  expect(new URL(page.url()).pathname).toBe('/overview')
  expect(await page.locator('h1').textContent()).toBe('Overview')
  expect(await cases(page)).toBe(all)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a click on a mark filters, the address says it, Back undoes it, Alt leaves it out', async () => {
  const { page, complaints } = await product.visit('/overview')
  await page.locator(chart).scrollIntoViewIfNeeded()
  await page.locator(chart).hover()
  await page.locator(`${chart} .live svg`).waitFor()
  const box = await page.locator(`${chart} .live`).boundingBox()
  if (!box) throw new Error('The chart has no box.')
  await page.mouse.move(box.x + box.width / 2, box.y + 22)
  expect(await page.locator('.tip').textContent()).toMatch(/\d\.\d\d \(.+\), n = \d/)
  await page.mouse.click(box.x + box.width / 2, box.y + 22)
  await shown(page, 'where=channel=')
  const filtered = await cases(page)
  expect(filtered).not.toBe(all)
  expect(await page.locator('#chips .chip').count()).toBe(1)
  expect(await page.locator('#announce').textContent()).toContain(filtered ?? '')
  await page.goBack()
  await page.locator('#chips .chip').waitFor({ state: 'detached' })
  expect(await cases(page)).toBe(all)
  const part = page.locator('[data-tile="cases"] [data-filter]').first()
  await part.click({ modifiers: ['Alt'] })
  await shown(page, 'where=status!=')
  expect(await page.locator('.chip-excludes').count()).toBe(1)
  await page.keyboard.press('Escape')
  await page.locator('#chips .chip').waitFor({ state: 'detached' })
  expect(await cases(page)).toBe(all)
  expect(complaints).toEqual([])
  await page.context().close()
})

test('a copied address shows the same numbers', async () => {
  const first = await product.visit('/overview?where=channel=chat')
  const second = await product.visit('/overview')
  await second.page.locator('nav.side a[href^="/breakdown"]').click()
  await second.page.locator('h1', { hasText: 'Breakdown' }).waitFor()
  await second.page.locator('[data-filter="channel=chat"]').first().click()
  await shown(second.page, 'where=channel=chat')
  await second.page.locator('nav.side a[href^="/overview"]').click()
  await second.page.locator('h1', { hasText: 'Overview' }).waitFor()
  expect(await cases(second.page)).toBe(await cases(first.page))
  expect(decodeURIComponent(new URL(second.page.url()).search)).toBe('?where=channel=chat')
  for (const { page } of [first, second]) await page.context().close()
})

test('from the list to one case and back', async () => {
  const { page, complaints } = await product.visit('/cases')
  await page.locator('[data-tile="cases"] tbody a').first().click()
  await page.waitForURL(/\/case\//)
  await page.locator('#content[data-phase="ready"]').waitFor()
  expect(await page.locator('h1').textContent()).toMatch(/^Case \S/)
  expect(await page.evaluate('document.activeElement?.id')).toBe('content')
  await page.goBack()
  await page.locator('h1', { hasText: 'Cases' }).waitFor()
  expect(complaints).toEqual([])
  await page.context().close()
})

test('the definition stands beside the number, with its SQL', async () => {
  const { page, complaints } = await product.visit('/overview')
  await page.locator('.kpi [data-metric="csat_mean"]').click()
  const panel = page.locator('dialog[open]')
  await panel.locator('.facts').waitFor()
  expect(await panel.locator('.panel-value').textContent()).toBe(
    await page.locator('[data-tile="csat_mean"] .kpi-value').textContent(),
  )
  expect(await panel.locator('.sql').first().textContent()).toContain('SELECT')
  expect(await panel.textContent()).toContain('catalog/metrics/')
  await page.keyboard.press('Escape')
  await panel.waitFor({ state: 'detached' })
  expect(await page.evaluate("document.activeElement?.getAttribute('data-metric')")).toBe('csat_mean')
  expect(complaints).toEqual([])
  await page.context().close()
})

test('language and theme are chosen once and hold, without a flash', async () => {
  const { page, complaints } = await product.visit('/overview')
  await page.locator('select[aria-label="Language"]').selectOption('fr')
  await page.locator('html[lang="fr"]').waitFor()
  await page.locator('[aria-label="Langue"]').waitFor()
  expect(await cases(page)).toBe(all.replace(',', '\u202f'))
  const theme = page.locator('[aria-label^="Thème"]')
  await theme.click()
  await theme.click()
  expect(await page.locator('html').getAttribute('data-theme')).toBe('dark')
  const html = await (await page.context().request.get(page.url())).text()
  expect(html).toContain('<html lang="fr" data-theme="dark">')
  expect(complaints).toEqual([])
  await page.context().close()
})

test('dates: a preset ends at the newest day and stands in the address; a page without dates offers none', async () => {
  const { page } = await product.visit('/overview')
  const before = await page.locator('main').textContent()
  await page.keyboard.press('t')
  await page.locator('dialog[open] .presets button', { hasText: 'Last 28 days' }).click()
  await page.waitForURL(/from=\d{4}-\d\d-\d\d&to=\d{4}-\d\d-\d\d/)
  await expect.poll(() => page.locator('main').textContent()).not.toBe(before)
  const { searchParams } = new URL(page.url())
  const days = (Date.parse(searchParams.get('to') ?? '') - Date.parse(searchParams.get('from') ?? '')) / 86_400_000
  expect(days).toBe(27)
  await page.goto(`${product.url}definitions`)
  await page.keyboard.press('t')
  expect(await page.locator('dialog[open]').count()).toBe(0)
  await page.context().close()
})

test('a failure is one sentence and a way to try again; the page stays', async () => {
  const { page } = await product.visit('/overview')
  await page.route('**/api/pages/**', (route) => route.abort())
  await page.locator('nav.side a[href^="/cases"]').click()
  await page.locator('.failure button').waitFor()
  expect(await page.locator('h1').textContent()).toBe('Overview')
  await page.unroute('**/api/pages/**')
  await page.locator('.failure button').click()
  await page.locator('h1', { hasText: 'Cases' }).waitFor()
  expect(await page.locator('.failure').count()).toBe(0)
  await page.context().close()
})
