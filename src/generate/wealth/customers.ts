import { domains, firstNames, lastNames } from '../customer-first/words.ts'
import { listOf } from '../draw.ts'
import type { RawFile } from '../generator.ts'
import { crlfFile, customerId, type Making, numbered, text } from './making.ts'
import { dateOf } from './period.ts'
import { ageQuantiles, growthPercent, segments, sharedEmailsPerThousand } from './plants.ts'
import { phoneForms, states, townBeginnings, townEndings } from './words.ts'

/** Growth: the day of joining at equal steps of probability, denser towards the end. */
function joiningQuantiles(days: number): number[] {
  const growth = growthPercent / 100
  const steps = 20
  // The share that joined up to x of the time is (x + growth * x^2 / 2) / (1 + growth / 2).
  return Array.from({ length: steps + 1 }, (_, step) => {
    const share = (step / steps) * (1 + growth / 2)
    const x = (Math.sqrt(1 + 2 * growth * share) - 1) / growth
    return Math.round(x * (days - 1))
  })
}

/** `(c, h, joined, segment, age_days)`: everyone, with what decides about the rest. `segment` is a place in the list of segments. */
export function customers({ sizes, draws, period }: Making): string {
  const bySegment = segments.flatMap(({ share }, at) => Array<number>(share).fill(at))
  return `SELECT c, h, ${draws.byQuantiles('joined', joiningQuantiles(period.joining))} AS joined,
  [${bySegment.join(', ')}][${draws.whole('segment', 100)} + 1]::BIGINT AS segment,
  ${draws.byQuantiles(
    'age',
    ageQuantiles.map((years) => Math.floor((years * 1461) / 4)),
  )} AS age_days
FROM (SELECT range AS c, hash(range) AS h FROM range(${sizes.customers}))`
}

/** In years, on the day after the last one. */
export const age = '(age_days * 4 // 1461)'

/** Two of a thousand have the address of the customer before. */
const sharesEmail = ({ generation, sizes }: Making): string => {
  const full = Math.floor(sizes.customers / 1000) * 1000
  const places = Array.from({ length: sharedEmailsPerThousand }, (_, at) => 311 + at * 457)
  return generation.dirt === 'none' ? 'FALSE' : `(c < ${full} AND c % 1000 IN (${places.join(', ')}))`
}

export function customerFile(making: Making): RawFile {
  const { draws, sizes, period, generation } = making
  const first = (row?: string) => draws.oneOf('first name', firstNames, row)
  const last = (row?: string) => draws.oneOf('last name', lastNames, row)
  const owner = `CASE WHEN ${sharesEmail(making)} THEN c - 1 ELSE c END`
  const town = `${draws.oneOf('town beginning', townBeginnings)} || ${draws.oneOf('town', lastNames)} || ${draws.oneOf('town ending', townEndings)}`
  const area = `lpad(${text(`201 + ${draws.whole('area', 780)}`)}, 3, '0')`
  const line = `lpad(${text(`100 + ${draws.whole('line', 100)}`)}, 4, '0')`
  const extension = text(`10 + ${draws.whole('extension', 9990)}`)
  const form = `${listOf(phoneForms)}[${draws.whole('phone form', phoneForms.length)} + 1]`
  return crlfFile({
    name: 'customers',
    fields: {
      customer_id: customerId(making),
      first_name: first(),
      last_name: last(),
      birth_date: dateOf(period, `${period.days} - age_days`),
      enrollment_date: dateOf(period, 'joined'),
      customer_segment: `${listOf(segments.map(({ word }) => word))}[segment + 1]`,
      employer_id: numbered('EMP', 4, `1 + ${draws.whole('employer', sizes.employers)}`),
      email: `lower(${first('hash(o)')} || '.' || ${last('hash(o)')}) || ${text('o + 1')} || '@' || ${draws.oneOf('domain', domains, 'hash(o)')}`,
      phone: `replace(replace(replace(${form}, 'A', ${area}), 'L', ${line}), 'X', ${extension})`,
      address_city: town,
      address_state: draws.oneOf('state', states),
    },
    from: `(SELECT *, ${owner} AS o FROM (${customers(making)}))`,
    dirt:
      generation.dirt === 'none' ? {} : { sharedEmail: Math.floor(sizes.customers / 1000) * sharedEmailsPerThousand },
  })
}
