/** What a load was made of: a file by its hash, a part of the journal (`4-17`, its positions), a sheet of a workbook. */
export interface LoadOf {
  hash: string
  part?: { from: number; to: number }
  sheet?: string
}

/** Something sent twice is in two parts of the journal with the same bytes: each is a load of its own. */
export function loadIdOf({ hash, part, sheet }: LoadOf): string {
  return [hash, ...(part ? [`${part.from}-${part.to}`] : []), ...(sheet === undefined ? [] : [sheet])].join('#')
}

/** Did these records arrive one by one, at a server? Then nobody exported them as a file. What arrives is NDJSON and has no sheets. */
export function hasArrived({ id, form }: { id: string; form: string }): boolean {
  return form === 'ndjson' && /#\d+-\d+$/.test(id)
}
