import fc from 'fast-check'
import { expect, test } from 'vitest'
import { type Scan, type ScanDialect, Scanner } from '../../../src/flow/sources/scan.ts'

const COMMA: ScanDialect = { delimiter: ',', quote: '"', newline: '\n' }

/** Scans a text in pieces of a size, so that a chunk may end anywhere. */
function scan(text: string | Buffer, dialect = COMMA, size = 1 << 20): Scan {
  const bytes = Buffer.from(text)
  const scanner = new Scanner(dialect)
  for (let i = 0; i < bytes.length; i += size) scanner.push(bytes.subarray(i, i + size))
  return scanner.end()
}

test('counts records by quote state, and blank lines', () => {
  expect(scan('a,b\n1,"x\n\ny"\n\n2,z')).toMatchObject({
    records: 3,
    blank: 1,
    strayQuotes: 0,
    unterminated: false,
    mixedNewlines: false,
  })
  expect(scan('a,b\r\n1,2\r\n\r\n', { ...COMMA, newline: '\r\n' })).toMatchObject({
    records: 2,
    blank: 1,
    mixedNewlines: false,
  })
  expect(scan('a,b\r1,2\r', { ...COMMA, newline: '\r' })).toMatchObject({ records: 2, blank: 0, mixedNewlines: false })
})

test('finds what the engine must not see', () => {
  expect(scan('a\n1\0\n').nul).toBe(true)
  expect(scan(Buffer.from('a\n\xe9\n', 'latin1')).utf8).toBe(false)
  expect(scan('a,b\n1,"x').unterminated).toBe(true)
  expect(scan('a,b\n1,"x"y\n').strayQuotes).toBe(1)
  expect(scan('a,b\n1, "x"\n').strayQuotes).toBeGreaterThan(0)
  expect(scan('a,b\n1,"x\\"y"\n')).toMatchObject({ strayQuotes: 1, backslashQuotes: 1 })
  expect(scan('a,b\n1,5" pipe\n').strayQuotes).toBe(0)
  for (const text of ['a\n1\r\n', 'a\r\n1\n', 'a\n1\r2\n', 'a\n1\r'])
    expect(scan(text, text.startsWith('a\r') ? { ...COMMA, newline: '\r\n' } : COMMA).mixedNewlines, text).toBe(true)
  expect(scan('a\r1\n', { ...COMMA, newline: '\r' }).mixedNewlines).toBe(true)
})

test('measures the longest record, not the longest line', () => {
  expect(scan('a,b\n1,"xxxx\nyyyy"\n').longest).toBe('1,"xxxx\nyyyy"'.length)
})

test('gives the same answer wherever chunks end', () => {
  const piece = fc.constantFrom(
    'a',
    'é',
    '€',
    '😀',
    '"',
    '""',
    ',',
    '\n',
    '\r\n',
    '\r',
    ' ',
    '\\',
    '",',
    ',"',
    '\ufeff',
  )
  fc.assert(
    fc.property(
      fc.array(piece, { maxLength: 40 }),
      fc.integer({ min: 3, max: 9 }),
      fc.constantFrom('\n', '\r\n', '\r'),
      (parts, size, newline) => {
        const dialect = { ...COMMA, newline: newline as ScanDialect['newline'] }
        const whole = scan(parts.join(''), dialect)
        expect(scan(parts.join(''), dialect, size)).toEqual(whole)
      },
    ),
    { numRuns: 2000 },
  )
})
