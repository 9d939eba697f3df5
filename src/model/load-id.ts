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

/** Of records that arrived one by one, at a server: their positions in the journal. What arrives is NDJSON and has no sheets. */
export function arrivedOf({ id, form }: { id: string; form: string }): { from: number; to: number } | null {
  const [, from, to] = (form === 'ndjson' && /#(\d+)-(\d+)$/.exec(id)) || []
  return from === undefined ? null : { from: Number(from), to: Number(to) }
}
