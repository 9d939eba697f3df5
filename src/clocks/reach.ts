/** For whom a schedule holds: all that is named must fit. */
export interface Reach {
  team?: string
  market?: string
  channel?: string
}

/** Where a row is; the team by its name. */
export type Place = Record<keyof Reach, string | null>

/**
 * The number of the schedule that holds at a place: the one that says most, then the first. The same rule as `chosenSchedule` has for
 * all rows.
 */
export function scheduleAt(reaches: Reach[], place: Place): number | null {
  const fits = reaches
    .map((reach, index) => ({ said: saidBy(reach), index }))
    .filter(({ said }) => said.every(([name, value]) => place[name]?.toLowerCase() === value.toLowerCase()))
  return fits.toSorted((a, b) => b.said.length - a.said.length || a.index - b.index)[0]?.index ?? null
}

/** What a reach names. */
export function saidBy(reach: Reach): [keyof Reach, string][] {
  return Object.entries(reach).filter((each): each is [keyof Reach, string] => each[1] !== undefined)
}
