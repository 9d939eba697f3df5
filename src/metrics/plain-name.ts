/** Id of a metric as a name that other tools take, `csat_percent:zendesk` -> `csat_percent_zendesk`: small letters, digits and single underscores. */
export function plainName(id: string): string {
  return id.replaceAll(':', '_').replaceAll(/_+/g, '_')
}
