/** Gives out names of which no two are alike: Power BI takes names that differ only in case, or in spaces at their end, for one. */
export function namesOf(): (wanted: string, otherwise?: string) => string {
  const taken = new Set<string>()
  const take = (name: string): boolean => {
    const key = name.trim().toLowerCase()
    if (taken.has(key)) return false
    taken.add(key)
    return true
  }
  return (wanted, otherwise) => {
    const name = plain(wanted)
    if (take(name)) return name
    const longer = otherwise === undefined ? name : `${name} (${plain(otherwise)})`
    if (otherwise !== undefined && take(longer)) return longer
    for (let number = 2; ; number++) if (take(`${name} (${number})`)) return `${name} (${number})`
  }
}

/** In one line. */
function plain(text: string): string {
  return text.replace(/[\p{Cc}\p{Zl}\p{Zp}]+/gu, ' ').trim()
}
