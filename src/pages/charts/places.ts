import { europe } from './europe.ts'

type Country = (typeof europe.countries)[number]

/** Written for a country, besides its ISO codes and its names in English and French. */
const alsoCalled: Record<string, string> = {
  uk: 'GB',
  'great britain': 'GB',
  'grande bretagne': 'GB',
  el: 'GR',
  holland: 'NL',
  hollande: 'NL',
  'czech republic': 'CZ',
  'republique tcheque': 'CZ',
  turkey: 'TR',
  turquie: 'TR',
  macedonia: 'MK',
  macedoine: 'MK',
  bosnia: 'BA',
  'russian federation': 'RU',
  'federation de russie': 'RU',
  'slovak republic': 'SK',
  'republique de moldova': 'MD',
}

let known: Map<string, Country> | undefined

/** The country that a market is, by code or name; undefined for a group of countries, a region, a country elsewhere. */
export function placeOf(market: string | null): Country | undefined {
  if (market === null) return undefined
  known ??= countriesByName()
  return known.get(plainName(market))
}

function countriesByName(): Map<string, Country> {
  const names = ['en', 'fr'].map((language) => new Intl.DisplayNames([language], { type: 'region' }))
  const byCode = new Map<string, Country>(europe.countries.map((country) => [country.code, country]))
  const found = new Map<string, Country>()
  for (const country of europe.countries)
    for (const name of [country.code, country.alpha3, ...names.map((each) => each.of(country.code) ?? country.code)])
      found.set(plainName(name), country)
  for (const [name, code] of Object.entries(alsoCalled)) found.set(name, byCode.get(code)!)
  return found
}

/** `République tchèque` and `republique-tcheque` alike. */
export function plainName(name: string): string {
  return name
    .normalize('NFD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[^\p{L}\p{N}]+/gu, ' ')
    .trim()
}
