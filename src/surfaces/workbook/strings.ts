import { xmlText } from './text.ts'

/** The texts of a workbook, each once. Text in cells is always a shared string: no formula can be made of it. */
export class Strings {
  private readonly numbers = new Map<string, number>()
  private uses = 0

  of(text: string): number {
    this.uses++
    const known = this.numbers.get(text)
    if (known !== undefined) return known
    this.numbers.set(text, this.numbers.size)
    return this.numbers.size - 1
  }

  xml(): string {
    const items = [...this.numbers.keys()].map((text) => `<si><t xml:space="preserve">${xmlText(text)}</t></si>`)
    return `<?xml version="1.0" encoding="UTF-8" standalone="yes"?>
<sst xmlns="http://schemas.openxmlformats.org/spreadsheetml/2006/main" count="${this.uses}" uniqueCount="${this.numbers.size}">${items.join('')}</sst>`
  }
}
