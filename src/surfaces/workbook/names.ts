/** Letters that the name of a sheet may have. */
const longest = 31

/**
 * Names of sheets that Excel takes: at most 31 letters, none of `[ ] : * ? / \`, no apostrophe at an end, not the reserved "History", and
 * none twice whatever the case. A long one is cut at a word; a second one of a name is numbered.
 */
export function sheetNames(): (wished: string) => string {
  const taken = new Set<string>()
  return (wished) => {
    const plain = allowed(wished)
    for (let count = 1; ; count++) {
      const ending = count === 1 ? '' : ` (${count})`
      const name = shorten(plain, longest - ending.length) + ending
      if (taken.has(key(name))) continue
      taken.add(key(name))
      return name
    }
  }
}

const key = (name: string): string => name.normalize('NFKC').toLowerCase()

function allowed(wished: string): string {
  const plain = wished
    .replace(/[\p{Cc}\p{Surrogate}\ufffe\uffff]/gu, ' ')
    .replace(/[[\]:*?/\\]/g, ' ')
    .replace(/\s+/g, ' ')
    .trim()
    .replace(/^'+|'+$/g, '')
    .trim()
  if (plain === '') return 'Sheet'
  return key(plain) === 'history' ? `${plain} -` : plain
}

function shorten(name: string, room: number): string {
  if (name.length <= room) return name
  const cut = name.slice(0, room - 1).replace(/[\ud800-\udbff]$/, '')
  const space = cut.lastIndexOf(' ')
  const words = space > room / 2 ? cut.slice(0, space) : cut
  return `${words.replace(/[\s,;.'’–-]+$/u, '')}…`
}
