/** Does XML hold an event log in XES (IEEE 1849)? Its first element says so; remarks and a DOCTYPE may stand before it. */
export function beginsXes(text: string): boolean {
  const start = text.replace(/^\s*(<\?[\s\S]*?\?>\s*|<!--[\s\S]*?-->\s*)*/, '')
  return /^<([\w.-]+:)?log[\s>]/.test(start) || /^<!DOCTYPE\s+log[\s>[]/i.test(start)
}
