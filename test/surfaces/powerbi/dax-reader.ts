/** Reads the part of DAX that Rapport writes. It shares no line with what writes it. */
export type Node =
  | { kind: 'number'; value: number }
  | { kind: 'text'; value: string }
  | { kind: 'table'; name: string }
  | { kind: 'column'; table: string; column: string }
  | { kind: 'measure'; name: string }
  | { kind: 'variable'; name: string }
  | { kind: 'call'; name: string; args: Node[] }
  | { kind: 'binary'; operator: string; left: Node; right: Node }
  | { kind: 'not'; of: Node }
  | { kind: 'let'; variables: { name: string; value: Node }[]; result: Node }

export interface Token {
  kind: 'number' | 'text' | 'table' | 'bracket' | 'word' | 'symbol'
  text: string
}

const lexer =
  /\s*(?:(\d+(?:\.\d+)?(?:[eE][+-]?\d+)?)|"((?:[^"]|"")*)"|'((?:[^']|'')+)'|\[((?:[^\]]|\]\])+)\]|([A-Za-z_][A-Za-z0-9_.]*)|(==|<>|<=|>=|&&|\|\||[-+*/(),<>=]))/y

export function tokensOf(text: string): Token[] {
  const tokens: Token[] = []
  let end = 0
  while (text.slice(end).trim() !== '') {
    lexer.lastIndex = end
    const match = lexer.exec(text)
    if (!match) throw new Error(`DAX does not read at "${text.slice(end, end + 30)}" of ${text}`)
    end = lexer.lastIndex
    const [, number, string, table, bracket, word, symbol] = match
    if (number !== undefined) tokens.push({ kind: 'number', text: number })
    else if (string !== undefined) tokens.push({ kind: 'text', text: string.replaceAll('""', '"') })
    else if (table !== undefined) tokens.push({ kind: 'table', text: table.replaceAll("''", "'") })
    else if (bracket !== undefined) tokens.push({ kind: 'bracket', text: bracket.replaceAll(']]', ']') })
    else if (word !== undefined) tokens.push({ kind: 'word', text: word })
    else tokens.push({ kind: 'symbol', text: symbol! })
  }
  return tokens
}

/** Loosest first, as DAX binds them. */
const levels = [['||'], ['&&'], ['==', '=', '<>', '<', '<=', '>', '>='], ['+', '-'], ['*', '/']]

export function parseDax(text: string): Node {
  const tokens = tokensOf(text)
  let at = 0
  const peek = (): Token | undefined => tokens[at]
  const is = (wanted: string): boolean =>
    (peek()?.kind === 'symbol' && peek()?.text === wanted) ||
    (peek()?.kind === 'word' && peek()?.text.toUpperCase() === wanted)
  const take = (wanted: string): boolean => {
    if (!is(wanted)) return false
    at++
    return true
  }
  const expect = (wanted: string): void => {
    if (!take(wanted)) throw new Error(`DAX needs "${wanted}" before "${peek()?.text ?? 'its end'}" of ${text}`)
  }
  const expression = (): Node => {
    if (!is('VAR')) return binary(0)
    const variables: { name: string; value: Node }[] = []
    while (take('VAR')) {
      const name = tokens[at++]!.text
      expect('=')
      variables.push({ name, value: binary(0) })
    }
    expect('RETURN')
    return { kind: 'let', variables, result: binary(0) }
  }
  const binary = (level: number): Node => {
    const symbols = levels[level]
    if (!symbols) return unary()
    let left = binary(level + 1)
    while (peek()?.kind === 'symbol' && symbols.includes(peek()!.text)) {
      const operator = tokens[at++]!.text
      left = { kind: 'binary', operator, left, right: binary(level + 1) }
    }
    return left
  }
  const unary = (): Node => (take('NOT') ? { kind: 'not', of: unary() } : primary())
  const primary = (): Node => {
    const token = tokens[at++]
    if (!token) throw new Error(`DAX ends too early: ${text}`)
    if (token.kind === 'number') return { kind: 'number', value: Number(token.text) }
    if (token.kind === 'text') return { kind: 'text', value: token.text }
    if (token.kind === 'bracket') return { kind: 'measure', name: token.text }
    if (token.kind === 'table') {
      if (peek()?.kind !== 'bracket') return { kind: 'table', name: token.text }
      return { kind: 'column', table: token.text, column: tokens[at++]!.text }
    }
    if (token.kind === 'symbol' && token.text === '(') {
      const inner = expression()
      expect(')')
      return inner
    }
    if (token.kind === 'word' && take('(')) {
      const args: Node[] = []
      if (take(')')) return { kind: 'call', name: token.text.toUpperCase(), args }
      do args.push(expression())
      while (take(','))
      expect(')')
      return { kind: 'call', name: token.text.toUpperCase(), args }
    }
    if (token.kind === 'word') return { kind: 'variable', name: token.text }
    throw new Error(`DAX has "${token.text}" where a value should be: ${text}`)
  }
  const read = expression()
  if (at < tokens.length) throw new Error(`DAX goes on with "${peek()?.text}": ${text}`)
  return read
}

/** Every node of an expression. */
export function* nodesOf(node: Node): Generator<Node> {
  yield node
  const inner =
    node.kind === 'call'
      ? node.args
      : node.kind === 'binary'
        ? [node.left, node.right]
        : node.kind === 'not'
          ? [node.of]
          : node.kind === 'let'
            ? [...node.variables.map(({ value }) => value), node.result]
            : []
  for (const each of inner) yield* nodesOf(each)
}
