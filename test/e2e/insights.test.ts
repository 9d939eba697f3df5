import { execFileSync } from 'node:child_process'
import { join } from 'node:path'
import { afterAll, beforeAll, describe, expect, test } from 'vitest'
import type { Answer } from '../../src/insights/gather.ts'
import { violationsOf } from './axe.ts'
import { openProduct, type Product } from './product.ts'

const program = join(import.meta.dirname, '../../bin/rapport.cjs')
const pages = ['insights', 'drivers', 'segments', 'churn', 'topics', 'process', 'staffing', 'actions']

let product: Product

beforeAll(async () => {
  product = await openProduct(['experience', '--rows', '12000', '--seed', '3'])
}, 120_000)

afterAll(() => product.close())

/** The page once nothing is being worked on any more. */
async function settled(path: string, options = {}) {
  const visit = await product.visit(path, options)
  await visit.page.locator('[data-refresh]').first().waitFor({ state: 'detached', timeout: 60_000 })
  return visit
}

function answersOfCommand(): Answer[] {
  const files = product.files.flatMap((file) => ['--files', file])
  const said = execFileSync(process.execPath, [program, 'insights', 'all', ...files, '--json'], {
    env: { ...process.env, XDG_CACHE_HOME: product.cache },
    maxBuffer: 1e8,
  })
  return (JSON.parse(String(said)) as { answers: Answer[] }).answers
}

describe('the page of insights', () => {
  test('says what the command says, each claim with what it rests on and a way to check it', async () => {
    const { page, complaints } = await settled('/insights')
    const claims = (await page.locator('.insight-claim').allTextContents()).toSorted()
    const told = answersOfCommand()
      .flatMap(({ findings }) => findings)
      .filter(
        ({ kind, id }, _, all) => all.filter((each) => each.kind === kind).findIndex((each) => each.id === id) < 4,
      )
    expect(claims).toEqual(told.map(({ claim }) => claim).toSorted())
    expect(claims.join(' ')).toMatch(/Not resolved/)
    const first = page.locator('.insight summary').first()
    await first.focus()
    await page.keyboard.press('Enter')
    const details = page.locator('.insight details[open]')
    expect(await details.locator('.limits li').count()).toBeGreaterThan(0)
    await details.locator('a').first().click()
    await page.waitForURL((url) => !url.pathname.startsWith('/insights'))
    expect(await page.locator('main .tile').count()).toBeGreaterThan(0)
    expect(complaints).toEqual([])
    await page.context().close()
  }, 180_000)

  test('speaks French', async () => {
    const { page, complaints } = await settled('/insights?lang=fr')
    expect(await page.locator('h1').textContent()).toBe('Constats')
    expect(await page.locator('.insights h3').first().textContent()).toBe('Ce qui va avec la satisfaction')
    expect(complaints).toEqual([])
    await page.context().close()
  })
})

test.each(pages)(
  '%s: axe finds nothing serious in both themes, and on a phone nothing scrolls sideways',
  async (path) => {
    const { page, complaints } = await settled(`/${path}`, { colorScheme: 'light' })
    expect(await page.locator('main .tile').count()).toBeGreaterThan(0)
    expect(await page.locator('.without-error').count()).toBe(0)
    expect(await violationsOf(page)).toEqual([])
    await page.emulateMedia({ colorScheme: 'dark' })
    expect(await violationsOf(page)).toEqual([])
    await page.setViewportSize({ width: 390, height: 844 })
    expect(await page.evaluate<number>('document.documentElement.scrollWidth')).toBeLessThanOrEqual(390)
    expect(complaints).toEqual([])
    await page.context().close()
  },
)
