import { literal } from '../../sql/sql.ts'
import type { RawFile } from '../generator.ts'
import { crlfFile, type Making } from './making.ts'
import { dateOf } from './period.ts'
import { type Product, productId, products } from './products.ts'

const valuesOf = ({ name, category, risk, fee, fixedFee, smallest, age }: Product, at: number): string =>
  `(${at}, ${literal(name)}, ${literal(category)}, ${age}, ${smallest}, '${fee / 100}', ${fixedFee}, '${risk}')`

/** The same products for every seed. */
export function productFile({ period }: Making): RawFile {
  return crlfFile({
    name: 'products',
    fields: {
      product_id: productId('place'),
      product_name: 'name',
      product_category: 'category',
      launch_date: dateOf(period, '-age'),
      min_investment: 'smallest',
      annual_fee_percentage: 'fee',
      management_fee_fixed: 'fixed_fee',
      risk_level: 'risk',
      active_status: "'Active'",
    },
    from: `(VALUES ${products.map(valuesOf).join(', ')}) AS products(place, name, category, age, smallest, fee, fixed_fee, risk) ORDER BY place`,
  })
}
