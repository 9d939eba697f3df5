export type Risk = 'Low' | 'Medium-Low' | 'Medium' | 'Medium-High' | 'High'

export interface Product {
  name: string
  category: string
  risk: Risk
  /** Yearly fee in hundredths of a percent, and a fixed one in dollars. */
  fee: number
  fixedFee: number
  /** Smallest first investment in dollars. */
  smallest: number
  /** Days between its launch and the first day of the data. */
  age: number
}

const product = (
  house: string,
  category: string,
  risk: Risk,
  [fee, fixedFee, smallest, age]: readonly [number, number, number, number],
): Product => ({ name: `${house} ${category}`, category, risk, fee, fixedFee, smallest, age })

/** Names repeat, as in the source: three products are called "LLC Investment Fund", two "Group Investment Fund". */
export const products: readonly Product[] = [
  product('LLC', 'Investment Fund', 'Medium', [257, 0, 2500, 1270]),
  product('Inc', 'Savings Account', 'Low', [22, 50, 500, 710]),
  product('Inc', 'Bond Fund', 'Medium-Low', [135, 0, 1500, 480]),
  product('Group', 'Investment Fund', 'Medium', [71, 0, 2500, 90]),
  product('LLC', 'Bond Fund', 'Medium-Low', [249, 0, 2500, 1160]),
  product('LLC', 'Investment Fund', 'Medium-High', [66, 0, 1000, 1515]),
  product('PLC', 'Insurance Product', 'Low', [15, 50, 1000, 1215]),
  product('Ltd', 'Retirement Account', 'Medium-Low', [40, 50, 2000, 355]),
  product('and Sons', 'ETF', 'Medium-High', [54, 25, 1000, 1190]),
  product('and Sons', 'Retirement Account', 'Medium', [51, 25, 1000, 1085]),
  product('Group', 'Investment Fund', 'High', [83, 0, 2000, 255]),
  product('and Sons', 'Mutual Fund', 'Medium', [217, 0, 1500, 390]),
  product('Ltd', 'ETF', 'High', [58, 50, 2500, 480]),
  product('Ltd', 'Insurance Product', 'Low', [67, 0, 2000, 185]),
  product('LLC', 'Investment Fund', 'High', [205, 0, 2500, 1090]),
]

/** The id of a product by its place in the list, as SQL. */
export const productId = (number: string): string => `'PRD' || lpad(CAST(${number} + 1 AS VARCHAR), 4, '0')`
