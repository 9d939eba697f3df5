import { expect, test } from 'vitest'
import { readLines } from '../../../src/flow/sources/lines.ts'
import { RecordSplitter, type Split } from '../../../src/flow/sources/records.ts'

async function* pieces(text: string | Buffer, size: number): AsyncGenerator<Buffer> {
  const bytes = Buffer.from(text)
  for (let i = 0; i < bytes.length; i += size) yield bytes.subarray(i, i + size)
}

async function split(text: string, width: number, backslash = false): Promise<(string[] | string)[]> {
  const found: Split[] = []
  const splitter = new RecordSplitter({ delimiter: ',', quote: '"', backslash }, (record) => found.push(record))
  splitter.width = width
  for await (const lines of readLines(pieces(text, 1000))) for (const line of lines) splitter.push(line)
  splitter.end()
  return found.map((record) => record.cells ?? `${record.line}: ${record.reason}`)
}

test('splits quoted fields, doubled quotes and lines within quotes', async () => {
  expect(await split('1,"a ""b"", c"\n2,"x\r\ny"\r\n"",\n', 2)).toEqual([
    ['1', 'a "b", c'],
    ['2', 'x\r\ny'],
    ['', ''],
  ])
})

test('a broken quote costs its own line', async () => {
  expect(await split('1,"oops\n2,x\n3,y\n', 2)).toEqual(['1: unterminated-quote', ['2', 'x'], ['3', 'y']])
  expect(await split('"1","oops,"x"\n"2","y","z"\n', 3)).toEqual(['1: text-after-quote', ['2', 'y', 'z']])
  expect(await split('1,"a\n2,b\n3,"c\n4,d\n', 2)).toEqual([
    '1: unterminated-quote',
    ['2', 'b'],
    '3: unterminated-quote',
    ['4', 'd'],
  ])
})

test('a record of several lines is kept when its next line is no record by itself', async () => {
  expect(await split('1,"two\nlines",z\n2,y\n', 2)).toEqual([
    ['1', 'two\nlines', 'z'],
    ['2', 'y'],
  ])
})

test('a quote that closes by chance does not swallow whole records', async () => {
  expect(await split('1,"oops,x\n2,y,z\n3,w,"\n4,5,6\n', 3)).toEqual([
    '1: unterminated-quote',
    ['2', 'y', 'z'],
    '3: unterminated-quote',
    ['4', '5', '6'],
  ])
})

test('backslashes escape only where the dialect says so', async () => {
  expect(await split('1,"a\\"b"\n', 2, true)).toEqual([['1', 'a"b']])
  expect(await split('1,"c:\\"\n', 2)).toEqual([['1', 'c:\\']])
})

test('lines are numbered as an editor numbers them, wherever chunks end', async () => {
  for (const size of [1, 2, 3, 5, 100]) {
    const lines = []
    for await (const some of readLines(pieces('a\r\nb\rc\n\n\r\né', size))) lines.push(...some)
    expect(lines.map((line) => `${line.number}${line.text}${line.end.length}`)).toEqual([
      '1a2',
      '2b1',
      '3c1',
      '41',
      '52',
      '6é0',
    ])
  }
})

test('a line over the limit is cut, counted once, and the next is whole', async () => {
  const lines = []
  for await (const some of readLines(pieces(`${'x'.repeat(500)}\nok\n`, 64), 100)) lines.push(...some)
  expect(lines.map((line) => line.tooLong)).toEqual([true, false])
  expect(lines[1]).toMatchObject({ number: 2, text: 'ok' })
})
