import type { RawFile } from '../generator.ts'
import { age, customers } from './customers.ts'
import { dayAfter } from './interactions.ts'
import { crlfFile, customerId, type Making, numbered, text, widthFor } from './making.ts'
import { dateOf } from './period.ts'
import { deviceShares, devices, minutes, sessions } from './plants.ts'
import { sessionsOf } from './sessions-of.ts'
import { actions } from './words.ts'

/** Visits, numbered in the order of the days. */
export function engagementFile(making: Making): RawFile {
  const { draws, period, sizes } = making
  const device = deviceShares.map(({ upTo, shares }) => {
    const words = devices.map((word, at) => ({ word, share: shares[at]! }))
    return `WHEN age <= ${upTo} THEN ${draws.byShare('device', words)}`
  })
  return crlfFile({
    name: 'engagement',
    prepare: [
      `CREATE TABLE visits AS SELECT row_number() OVER () AS i, * FROM (SELECT c, h, age, day
FROM (SELECT c, h, age, ${dayAfter(draws, 'visit', 'joined', period.days)} AS day
FROM (SELECT *, hash(c * 32 + k) AS h FROM (SELECT c, joined, ${age} AS age, unnest(range(${sessionsOf(draws)})) AS k FROM (${customers(making)}))))
ORDER BY day, h, c)`,
    ],
    fields: {
      engagement_id: numbered('ENG', widthFor(7, sizes.customers * sessions.most), 'i'),
      customer_id: customerId(making),
      date: dateOf(period, 'day'),
      action_type: draws.oneOf('action', actions),
      device_type: `CASE ${device.join(' ')} END`,
      session_duration: text('length'),
      pages_viewed: text('greatest(1, length // 2)'),
      actions_taken: text('greatest(1, length // 4)'),
    },
    from: `(SELECT *, ${draws.byQuantiles('length', minutes)} AS length FROM visits)`,
  })
}
