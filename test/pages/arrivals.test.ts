import { expect, test } from 'vitest'
import { resolvePage } from '../../src/pages/resolve.ts'
import type { LoadsContent } from '../../src/pages/tiles/loads.ts'
import { fixtureServices } from './fixtures.ts'

/** The page with two parts of the journal before the file, as a live version lists them. */
async function pageOf(id: string) {
  const services = await fixtureServices()
  const [file] = await services.facts.loads()
  const part = (from: number, to: number) => ({
    ...file!,
    id: `c0ffee#${from}-${to}`,
    source: 'desk',
    path: `/live/intake-desk-${from}-${to}.ndjson`,
    form: 'ndjson',
    records: to - from,
  })
  const facts = { ...services.facts, loads: async () => [part(1, 10), part(11, 14), file!] }
  return resolvePage(services.pages.find((each) => each.page === id)!, '', { ...services, facts })
}

test('arrivals are no files: the headline counts each for itself', async () => {
  expect((await pageOf('overview')).headline).toContain('8,469 cases from one file and 12 arrivals.')
  expect((await pageOf('data')).headline).toContain('records from one file and 12 arrivals, ')
})

test('what was sent stands below the files, named by its source', async () => {
  const loads = (await pageOf('data')).tiles.find(({ id }) => id === 'loads')?.content as LoadsContent
  expect(loads.loads.map(({ path }) => path)).toEqual([
    'tickets.csv',
    'Sent to desk: arrivals 1 to 10',
    'Sent to desk: arrivals 11 to 14',
  ])
  // The file in its place is none: nothing of it has become fewer.
  expect(loads.loads.map(({ change }) => change !== '')).toEqual([true, false, false])
})
