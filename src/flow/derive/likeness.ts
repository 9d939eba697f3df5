import { quoteIdentifier } from '../../sql/sql.ts'

const titles = ['mr', 'mrs', 'ms', 'miss', 'dr', 'prof', 'mme', 'mlle', 'herr', 'frau']

/** The parts of a name in lower case, without accents, marks and titles, in the order of the alphabet: `Lovelace, Ada` = `Ada LOVELACE`. */
export function nameParts(name: string): string {
  const plain = `regexp_replace(lower(strip_accents(${name})), '[''’\`´]', '', 'g')`
  const parts = `string_split(trim(regexp_replace(${plain}, '[^\\p{L}\\p{N}]+', ' ', 'g')), ' ')`
  return `list_sort(list_filter(${parts}, lambda part: part <> '' AND NOT list_contains([${titles.map((each) => `'${each}'`).join(', ')}], part)))`
}

/**
 * Two lists of parts that may be one name written in two ways: what differs is initials on one side and words with those initials on
 * the other, or a middle initial that one side leaves out. A whole word at least must be the same.
 */
export function alikeParts(a: string, b: string): string {
  const without = (left: string, right: string): string =>
    `list_filter(${left}, lambda part: NOT list_contains(${right}, part))`
  const [restA, restB] = [without(a, b), without(b, a)]
  const letters = (list: string): string => `list_sort(list_transform(${list}, lambda part: part[1]))`
  const initials = (list: string): string => `len(list_filter(${list}, lambda part: length(part) > 1)) = 0`
  const words = (list: string): string => `len(list_filter(${list}, lambda part: length(part) > 1))`
  const both = `list_intersect(${a}, ${b})`
  const written = `(len(${restA}) = len(${restB}) AND ${letters(restA)} = ${letters(restB)} AND (${initials(restA)} OR ${initials(restB)}) AND ${words(both)} >= 1)`
  const middle = (shorter: string, longer: string): string =>
    `(len(${shorter}) = 0 AND len(${longer}) = 1 AND ${initials(longer)} AND ${words(both)} >= 2)`
  return `(${written} OR ${middle(restA, restB)} OR ${middle(restB, restA)})`
}

const systems = 'crm|salesforce|zendesk|hubspot|intercom|freshdesk|five9|stripe|sap|external|loyalty|subscriber'
const people = 'customer|client|member|contact|person|merchant|user|account_holder'
const ends = '(id|no|nr|number|key|ref|reference)'

/** Names of source columns that hold a number of the person: `CRM ID`, `external_id`, `loyalty number`, `client no`. */
export function isNumberOfPerson(column: string): boolean {
  return new RegExp(`(^|_)(${systems}|${people})_${ends}$`).test(plainName(column))
}

/** Says which system gave the number, in SQL over the plain name. A `contact_id` of two systems is two numberings. */
export function namesSystem(name: string): string {
  return `regexp_matches(${name}, '^(${systems})_')`
}

/** `Customer ID` and `customer_id` are one name. */
export function plainName(column: string): string {
  return column
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '_')
    .replace(/^_|_$/g, '')
}

/** A source column kept in `attributes`. */
export function attributeSql(column: string): string {
  const path = `$.${quoteIdentifier(column)}`.replaceAll("'", "''")
  return `nullif(trim(json_extract_string(attributes, '${path}')), '')`
}
