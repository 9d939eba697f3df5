import { firstNames, lastNames } from '../customer-first/words.ts'
import type { RawFile } from '../generator.ts'
import { advisorOf, holdingsTable } from './holdings.ts'
import { crlfFile, type Making, numbered, text } from './making.ts'
import { grades, states, townEndings } from './words.ts'

/** Of so many advisors, one has a stored number of clients that is right. */
const rightOneOf = 25

/** The stored number of clients and the stored satisfaction are nobody's: they agree with nothing, as in the source. */
export function advisorFile(making: Making): RawFile {
  const { draws, sizes, generation } = making
  const office = `${draws.oneOf('office', lastNames)} || ${draws.oneOf('office ending', townEndings)} || ', ' || ${draws.oneOf('office state', states)}`
  const clean = generation.dirt === 'none'
  const stored = clean
    ? 'counted'
    : `CASE WHEN a % ${rightOneOf} = 7 THEN counted ELSE counted + 5 + ${draws.whole('clients', 'greatest(20, counted)')} END`
  const right = Array.from({ length: sizes.advisors }, (_, a) => a).filter((a) => a % rightOneOf === 7).length
  return crlfFile({
    name: 'advisors',
    prepare: [
      holdingsTable(making),
      `CREATE TABLE clients AS SELECT a, count(DISTINCT c) AS counted FROM (SELECT c, ${advisorOf(making)} AS a FROM holdings) GROUP BY a`,
      `CREATE TABLE advisors AS SELECT a, hash(a) AS h, coalesce(counted, 0) AS counted
FROM (SELECT range AS a FROM range(${sizes.advisors})) LEFT JOIN clients USING (a) ORDER BY a`,
    ],
    fields: {
      advisor_id: numbered('ADV', 4, 'a + 1'),
      first_name: draws.oneOf('advisor first name', firstNames),
      last_name: draws.oneOf('advisor last name', lastNames),
      office_location: `'"' || ${office} || '"'`,
      certification_level: draws.oneOf('grade', grades),
      years_experience: text(`1 + ${draws.whole('years', 30)}`),
      customer_satisfaction_avg: text(`(300 + ${draws.whole('stored satisfaction', 200)}) / 100.0::DOUBLE`),
      clients_count: text(stored),
    },
    from: 'advisors',
    dirt: clean ? {} : { staleClients: sizes.advisors - right },
  })
}
