/** The elements of a list, or the members of an object, as they were written. The text is known to be whole JSON. */
export function elementsOf(text: string): { line: number; text: string }[] {
  const found: { line: number; text: string }[] = []
  let level = 0
  let inString = false
  let line = 1
  let begun = -1
  let begunLine = 1
  const end = (at: number): void => {
    if (begun >= 0) found.push({ line: begunLine, text: text.slice(begun, at) })
    begun = -1
  }
  for (let at = 0; at < text.length; at++) {
    const sign = text[at]!
    if (sign === '\n') line++
    if (inString) {
      if (sign === '\\') at++
      else if (sign === '"') inString = false
      continue
    }
    if (level === 1 && (sign === ',' || sign === ']' || sign === '}')) end(at)
    else if (level === 1 && begun < 0 && sign.trim() !== '') {
      begun = at
      begunLine = line
    }
    if (sign === '"') inString = true
    else if (sign === '[' || sign === '{') level++
    else if (sign === ']' || sign === '}') level--
  }
  return found
}

/** The values of an object by key as they were written; of a key that stands twice the last. */
export function membersOf(text: string): Map<string, string> {
  return new Map(
    elementsOf(text).map(({ text: member }) => {
      const [key] = /^"(?:[^"\\]|\\.)*"/.exec(member)!
      return [JSON.parse(key) as string, member.slice(key.length).replace(/^\s*:/, '').trim()]
    }),
  )
}
