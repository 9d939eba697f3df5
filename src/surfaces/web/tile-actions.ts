export function runTileAction(_action: string, _from: Element): boolean {
  return false
}
