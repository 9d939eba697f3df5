/** An object of TMDL: what stands above it as description, its own properties, and what is one tab deeper. */
export interface Tmdl {
  type: string
  name: string
  description: string
  /** Behind `=`, on the line or below it. */
  value: string
  properties: Record<string, string>
  children: Tmdl[]
}

/** Reads a tree of tabs, as the format is described; what it cannot place is an error. It shares no line with the writer. */
export function readTmdl(text: string): Tmdl[] {
  const lines = text.split('\n')
  const root: Tmdl = { type: '', name: '', description: '', value: '', properties: {}, children: [] }
  const stack: { depth: number; object: Tmdl }[] = [{ depth: -1, object: root }]
  let description: string[] = []
  for (let at = 0; at < lines.length; at++) {
    const line = lines[at]!
    if (line.trim() === '') continue
    if (/^\t* +\S/.test(line)) throw new Error(`Line ${at + 1} is indented by spaces: ${line}`)
    const depth = /^\t*/.exec(line)![0].length
    const content = line.slice(depth)
    if (content.startsWith('///')) {
      description.push(content.slice(3).trim())
      continue
    }
    while (stack.at(-1)!.depth >= depth) stack.pop()
    const { depth: above, object: parent } = stack.at(-1)!
    if (depth !== above + 1)
      throw new Error(`Line ${at + 1} is ${depth - above} deeper than what it belongs to: ${line}`)
    const property = /^([A-Za-z]+): (.+)$/.exec(content)
    const bare = /^[a-z][A-Za-z]*$/.test(content)
    if ((property || bare) && description.length > 0) throw new Error(`Line ${at + 1}: a property has no description.`)
    if (property) parent.properties[property[1]!] = property[2]!
    else {
      const body: string[] = []
      const object = objectOf(content)
      if (object.value === '' && /=\s*$/.test(content)) {
        // Below: two deeper where properties follow at one, as of a measure, or of `source` alone.
        while (at + 1 < lines.length && /^\t*/.exec(lines[at + 1]!)![0].length >= depth + 2)
          body.push(lines[++at]!.slice(depth + 2))
        object.value = body.join('\n')
        if (body.length === 0) throw new Error(`Line ${at + 1} has nothing behind its "=": ${content}`)
      }
      if (bare && !objects.has(content)) parent.properties[content] = 'true'
      else if (object.type === 'source') parent.properties.source = object.value
      else {
        parent.children.push({ ...object, description: description.join('\n') })
        stack.push({ depth, object: parent.children.at(-1)! })
      }
    }
    description = []
  }
  return root.children
}

const objects = new Set(['database', 'dataAccessOptions'])

function objectOf(content: string): Tmdl {
  const match =
    /^(ref table|ref role|[a-zA-Z]+)(?: +('(?:[^']|'')*'(?:\.'(?:[^']|'')*')?|[^\s='.:]+))?(?: *= *(.*))?$/.exec(
      content,
    )
  if (!match) throw new Error(`This is no object: ${content}`)
  const [, type = '', name = '', value = ''] = match
  return { type, name: unquoted(name), description: '', value, properties: {}, children: [] }
}

export function unquoted(name: string): string {
  return name.startsWith("'") ? name.slice(1, -1).replaceAll("''", "'") : name
}

/** `'Cases'.'channel_key'`. */
export function placeOf(reference: string): { table: string; column: string } {
  const match = /^('(?:[^']|'')*'|[^.]+)\.('(?:[^']|'')*'|[^.]+)$/.exec(reference)
  if (!match) throw new Error(`This is no column: ${reference}`)
  return { table: unquoted(match[1]!), column: unquoted(match[2]!) }
}

export function* allOf(objects: Tmdl[]): Generator<Tmdl> {
  for (const object of objects) {
    yield object
    yield* allOf(object.children)
  }
}
