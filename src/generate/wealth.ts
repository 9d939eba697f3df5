import { drawsOf } from './draw.ts'
import type { Generator } from './generator.ts'
import { advisorFile } from './wealth/advisors.ts'
import { balanceFile } from './wealth/balances.ts'
import { customerFile } from './wealth/customers.ts'
import { engagementFile } from './wealth/engagement.ts'
import { enrollmentFile } from './wealth/holdings.ts'
import { interactionFile } from './wealth/interactions.ts'
import { marketOf } from './wealth/market.ts'
import { marketFile } from './wealth/market-file.ts'
import { periodOf } from './wealth/period.ts'
import { productFile } from './wealth/product-file.ts'
import { retentionFile } from './wealth/retention.ts'
import { sizesOf } from './wealth/sizes.ts'

/** A wealth manager: customers, what they hold, how they are served and who leaves, as nine CSV of one system. */
export const wealth: Generator = {
  name: 'wealth',
  says: 'Customers, products, balances, service, digital use, advisors, markets and leavers of a wealth manager: nine CSV.',
  rows: 1000,
  period: { weeks: 248, start: '2020-01-01' },
  files: (generation) => {
    const period = periodOf(generation)
    const making = {
      generation,
      period,
      sizes: sizesOf(generation),
      draws: drawsOf(generation.seed),
      market: marketOf(generation, period),
    }
    return [
      customerFile,
      productFile,
      enrollmentFile,
      balanceFile,
      interactionFile,
      engagementFile,
      advisorFile,
      marketFile,
      retentionFile,
    ].map((file) => file(making))
  },
}
