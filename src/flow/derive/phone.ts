import { literal } from '../../sql/sql.ts'

/** How numbers of a country are dialled: calling code, prefix inside the country, digits without either (ITU-T E.164 plans). */
interface DiallingRule {
  country: string
  code: string
  trunk: string
  shortest: number
  longest: number
}

const plans = `
AE 971 0 8 9, AR 54 0 10 11, AT 43 0 4 13, AU 61 0 9 9, BE 32 0 8 9, BG 359 0 7 9, BR 55 0 10 11, CA 1 1 10 10, CH 41 0 9 9, CN 86 0 10 11,
CY 357 - 8 8, CZ 420 - 9 9, DE 49 0 6 11, DK 45 - 8 8, EE 372 - 7 8, ES 34 - 9 9, FI 358 0 5 11, FR 33 0 9 9, GB 44 0 9 10, GR 30 - 10 10,
HR 385 0 8 9, HU 36 06 8 9, IE 353 0 7 9, IL 972 0 8 9, IN 91 0 10 10, IS 354 - 7 7, IT 39 - 6 11, JP 81 0 9 10, LT 370 0 8 8, LU 352 - 4 11,
LV 371 - 8 8, MT 356 - 8 8, MX 52 - 10 10, NL 31 0 9 9, NO 47 - 8 8, NZ 64 0 8 10, PL 48 - 9 9, PT 351 - 9 9, RO 40 0 9 9, SE 46 0 7 9,
SG 65 - 8 8, SI 386 0 8 8, SK 421 0 9 9, TR 90 0 10 10, UA 380 0 9 9, US 1 1 10 10, ZA 27 0 9 9`

const rules: DiallingRule[] = plans
  .trim()
  .split(/,\s*/)
  .map((line) => {
    const [country = '', code = '', trunk = '', shortest, longest] = line.split(' ')
    return { country, code, trunk: trunk === '-' ? '' : trunk, shortest: Number(shortest), longest: Number(longest) }
  })

/** Words by which a source may name the market: `DE`, `Germany`, `Allemagne`, `Deutschland`. */
function namesOf(country: string): string[] {
  const names = ['en', 'fr', 'de', 'es', 'it', 'nl', 'pl', 'pt', 'sv'].map((language) =>
    new Intl.DisplayNames(language, { type: 'region' }).of(country),
  )
  const extra: Record<string, string[]> = {
    GB: ['uk', 'great britain', 'england'],
    US: ['usa'],
    CZ: ['czech republic'],
  }
  const all = [country, ...names, ...(extra[country] ?? [])]
  return [...new Set(all.map((name) => (name ?? country).toLowerCase()))]
}

/** Rows `(market, code, trunk, shortest, longest)`, one a name of the market. */
function diallingRules(): string {
  const rows = rules.flatMap((rule) =>
    namesOf(rule.country).map(
      (name) => `(${[name, rule.code, rule.trunk].map(literal).join(', ')}, ${rule.shortest}, ${rule.longest})`,
    ),
  )
  return `(VALUES ${rows.join(', ')}) AS dialling(market, code, trunk, shortest, longest)`
}

/**
 * `(id, key)` of every phone number in `from`, which has `id`, `phone` and `market`. The key is `+` and the digits with the calling code,
 * where it was written with one or the market gives one; else `n:` and the digits, which equal nothing but themselves. Left out is
 * what is no number: too short, too long, one digit repeated, or rounded by a spreadsheet (`3.36E+10`). All in SQL: a country's rule is
 * a row, so that millions of numbers never pass through this program.
 */
export function phoneKeys(from: string): string {
  // "+33 06 12..." : the prefix inside the country is no part of the number.
  const codes = [...new Set(rules.filter(({ trunk }) => trunk === '0').map(({ code }) => code))].join('|')
  return `SELECT id, CASE
  WHEN starts_with(written, '+') OR starts_with(digits, '00') THEN '+' || regexp_replace(ltrim(digits, '0'), '^(${codes})0', '\\1')
  WHEN dialling.code IS NULL THEN 'n:' || digits
  WHEN dialling.trunk <> '' AND starts_with(digits, dialling.trunk) AND length(digits) - length(dialling.trunk) BETWEEN dialling.shortest AND dialling.longest
    THEN '+' || dialling.code || substr(digits, length(dialling.trunk) + 1)
  WHEN starts_with(digits, dialling.code) AND length(digits) > dialling.longest AND length(digits) - length(dialling.code) BETWEEN dialling.shortest AND dialling.longest
    THEN '+' || digits
  WHEN length(digits) BETWEEN dialling.shortest AND dialling.longest THEN '+' || dialling.code || digits
  ELSE 'n:' || digits END AS key
FROM (SELECT id, lower(trim(market)) AS market, written, regexp_replace(written, '[^0-9]', '', 'g') AS digits
  FROM (SELECT id, market, replace(regexp_replace(lower(trim(phone)), '(ext|x|poste|#|;).*$', ''), '(0)', '') AS written
    FROM ${from} WHERE phone IS NOT NULL AND NOT contains(phone, '@') AND NOT regexp_matches(phone, '[0-9][eE]\\+?[0-9]'))) AS numbers
LEFT JOIN ${diallingRules()} ON dialling.market = numbers.market
WHERE length(digits) BETWEEN 7 AND 17 AND length(replace(digits, right(digits, 1), '')) > 3 AND NOT contains(digits, '123456789')`
}
