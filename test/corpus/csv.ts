import { type CorpusCase, fails, fileCase, one, streamCase } from './case.ts'

const BOM = '\ufeff'
const ABC = ['a', 'b', 'c']

/** Text as UTF-16, with or without its mark. */
export function utf16(text: string, order: 'le' | 'be', mark: boolean): Buffer {
  const bytes = Buffer.from((mark ? BOM : '') + text, 'utf16le')
  return order === 'be' ? bytes.swap16() : bytes
}

const CAFE = 'id,ville\n1,Orléans\n2,Nîmes\n'
const CAFE_ROWS = [
  ['1', 'Orléans'],
  ['2', 'Nîmes'],
]
const cafe = { columns: ['id', 'ville'], records: 2, readable: 2, values: CAFE_ROWS }

function encodings(): CorpusCase[] {
  const latin1 = Buffer.from(CAFE, 'latin1')
  const many = Array.from({ length: 20_000 }, (_, i) => `${i},text number ${i}\n`).join('')
  return [
    fileCase('utf-8', 'utf8.csv', CAFE, one({ ...cafe, encoding: 'utf-8', inPlace: true })),
    fileCase('utf-8 with BOM', 'utf8-bom.csv', BOM + CAFE, one({ ...cafe, encoding: 'utf-8', inPlace: true })),
    fileCase('BOM before a quoted header', 'bom-quoted.csv', `${BOM}"id","ville"\n"1","Orléans"\n"2","Nîmes"\n`, one({ ...cafe, inPlace: true })),
    fileCase('utf-16le with BOM', 'utf16le-bom.csv', utf16(CAFE, 'le', true), one({ ...cafe, encoding: 'utf-16le', inPlace: false })),
    fileCase('utf-16be with BOM', 'utf16be-bom.csv', utf16(CAFE, 'be', true), one({ ...cafe, encoding: 'utf-16be', inPlace: false })),
    fileCase('utf-16le without BOM', 'utf16le.csv', utf16(CAFE, 'le', false), one({ ...cafe, encoding: 'utf-16le' })),
    fileCase('utf-16be without BOM', 'utf16be.csv', utf16(CAFE, 'be', false), one({ ...cafe, encoding: 'utf-16be' })),
    fileCase('utf-32', 'utf32.csv', Buffer.concat([Buffer.from([0xff, 0xfe, 0, 0]), Buffer.from('a\0\0\0')]), fails('encoding-unsupported')),
    fileCase('latin-1', 'latin1.csv', latin1, one({ ...cafe, encoding: 'windows-1252', notes: ['encoding-guessed'] })),
    fileCase(
      'windows-1252 with bytes that latin-1 lacks',
      'cp1252.csv',
      Buffer.from('id,prix\n1,5 \x80\n2,\x93mot\x94\n', 'latin1'),
      one({ columns: ['id', 'prix'], records: 2, readable: 2, encoding: 'windows-1252', values: [['1', '5 €'], ['2', '“mot”']] }),
    ),
    fileCase(
      'one invalid byte late in the file',
      'late-byte.csv',
      Buffer.concat([Buffer.from(`id,text\n${many}`), Buffer.from('99999,caf\xe9\n', 'latin1')]),
      one({ columns: ['id', 'text'], records: 20_001, readable: 20_001, encoding: 'windows-1252', notes: ['encoding-guessed'] }),
    ),
    fileCase(
      'two encodings glued together',
      'mixed-encoding.csv',
      Buffer.concat([Buffer.from('id,ville\n1,Orléans\n'), Buffer.from('2,N\xeemes\n', 'latin1')]),
      one({ ...cafe, encoding: 'utf-8', notes: ['encoding-mixed'] }),
    ),
    fileCase('a UTF-8 sequence cut at the end', 'cut-utf8.csv', Buffer.from('id,ville\n1,Orléans\n2,Nî').subarray(0, -1), one({ columns: ['id', 'ville'], records: 2, readable: 2, notes: ['encoding-mixed'] })),
  ]
}

function raggedAndQuotes(): CorpusCase[] {
  const quoted = (from: number, to: number): string => Array.from({ length: to - from }, (_, i) => `"${from + i}","name ${from + i}","x"\n`).join('')
  return [
    fileCase('a row with too few fields', 'few.csv', 'a,b,c\n1,2,3\n4,5\n6,7,8\n', one({ columns: ABC, records: 3, readable: 2, bad: ['too-few-fields'], values: [['1', '2', '3'], ['6', '7', '8']] })),
    fileCase('a row with too many fields', 'many.csv', 'a,b,c\n1,2,3\n4,5,6,7\n6,7,8\n', one({ columns: ABC, records: 3, readable: 2, bad: ['too-many-fields'] })),
    fileCase('every row longer than the header', 'longer.csv', 'a,b,c\n1,2,3,4\n5,6,7,8\n', fails('header-too-short')),
    fileCase('every row ends in a delimiter', 'trailing-delimiter.csv', 'a,b\n1,2,\n3,4,\n', one({ columns: ['a', 'b', 'Column 3'], records: 2, readable: 2, notes: ['header-empty'], values: [['1', '2', null], ['3', '4', null]] })),
    fileCase('the header ends in a delimiter', 'header-delimiter.csv', 'a,b,\n1,2\n3,4\n', one({ columns: ['a', 'b'], records: 2, readable: 2 })),
    fileCase('an unterminated quote in a small file', 'open-quote.csv', 'a,b\n1,"oops\n2,x\n3,y\n', one({ columns: ['a', 'b'], records: 3, readable: 2, bad: ['unterminated-quote'], values: [['2', 'x'], ['3', 'y']] })),
    fileCase(
      'an unterminated quote in a fully quoted file',
      'open-quote-quoted.csv',
      `"id","name","z"\n${quoted(0, 5000)}"5000","oops,"x"\n${quoted(5001, 10_000)}`,
      one({ columns: ['id', 'name', 'z'], records: 10_000, readable: 9999, bad: ['text-after-quote'] }),
    ),
    fileCase(
      'a quote that swallows its neighbours and closes by chance',
      'swallow.csv',
      'a,b,c\n1,"oops,x\n2,y,z\n3,w,"\n4,5,6\n',
      one({ columns: ABC, records: 4, readable: 2, bad: ['unterminated-quote', 'unterminated-quote'], values: [['2', 'y', 'z'], ['4', '5', '6']] }),
    ),
    fileCase('records that all lack fields', 'all-few.csv', 'a,b\n1\n2\n3\n', one({ columns: ['a', 'b'], records: 3, readable: 0, bad: ['too-few-fields', 'too-few-fields', 'too-few-fields'] })),
    fileCase('text after a closing quote', 'after-quote.csv', 'a,b\n"1"x,2\n3,4\n', one({ columns: ['a', 'b'], records: 2, readable: 1, bad: ['text-after-quote'] })),
    fileCase('quotes escaped by backslash', 'backslash.csv', 'a,b\n1,"say \\"hi\\", she"\n2,"c:\\\\dir"\n', one({ columns: ['a', 'b'], records: 2, readable: 2, values: [['1', 'say "hi", she'], ['2', 'c:\\dir']] })),
    fileCase('a backslash at the end of a quoted field', 'backslash-end.csv', 'a,b\n"c:\\dir\\",2\n"d:\\",3\n', one({ columns: ['a', 'b'], records: 2, readable: 2, values: [['c:\\dir\\', '2'], ['d:\\', '3']] })),
    fileCase('quotes inside unquoted fields', 'inches.csv', 'item,n\n5" pipe,2\n"7"" pipe",3\n', one({ columns: ['item', 'n'], records: 2, readable: 2, values: [['5" pipe', '2'], ['7" pipe', '3']] })),
    fileCase('spaces around quotes', 'space-quote.csv', 'a, "b"\n1, "x, y"\n2, "z" \n', one({ columns: ['a', 'b'], records: 2, readable: 2, values: [['1', 'x, y'], ['2', 'z']] })),
    fileCase('line breaks inside quotes', 'multi-line.csv', 'a,b\n1,"x\n\ny"\n2,"p\r\nq"\n', one({ columns: ['a', 'b'], records: 2, readable: 2, inPlace: true, values: [['1', 'x\n\ny'], ['2', 'p\r\nq']] })),
    fileCase('single quotes', 'single-quotes.csv', "'a','b'\n'1','x, y'\n'2','z'\n", one({ columns: ['a', 'b'], records: 2, readable: 2, values: [['1', 'x, y'], ['2', 'z']] })),
    fileCase('NUL in a value', 'nul.csv', 'a,b\n1,x\0y\n2,z\n', one({ columns: ['a', 'b'], records: 2, readable: 1, bad: ['nul-byte'] })),
    fileCase('a tail of NULs', 'nul-tail.csv', Buffer.concat([Buffer.from('a,b\n1,x\n2,y\n'), Buffer.alloc(5000)]), one({ columns: ['a', 'b'], records: 3, readable: 2, bad: ['nul-byte'] })),
  ]
}

function headers(): CorpusCase[] {
  const wide = Array.from({ length: 5000 }, (_, i) => `c${i}`)
  return [
    fileCase('duplicate headers', 'dup.csv', 'id,name,Name\n1,x,y\n', one({ columns: ['id', 'name', 'Name (2)'], records: 1, readable: 1, notes: ['header-duplicate'], inPlace: true })),
    fileCase('an empty header', 'empty-header.csv', 'id,,z\n1,x,y\n', one({ columns: ['id', 'Column 2', 'z'], records: 1, readable: 1, notes: ['header-empty'] })),
    fileCase('no header', 'no-header.csv', '1,2024-01-01,5.5\n2,2024-01-02,6.5\n', one({ columns: ['Column 1', 'Column 2', 'Column 3'], records: 2, readable: 2, notes: ['header-missing'], values: [['1', '2024-01-01', '5.5'], ['2', '2024-01-02', '6.5']] })),
    fileCase('no header, with text', 'no-header-text.csv', '1,Bob,2024-01-01\n2,Al,2024-01-02\n3,Cy,2024-01-03\n', one({ columns: ['Column 1', 'Column 2', 'Column 3'], records: 3, readable: 3, notes: ['header-missing'] })),
    fileCase('years as headers', 'years.csv', 'region,2023,2024\nNorth,1,2\nSouth,3,4\n', one({ columns: ['region', '2023', '2024'], records: 2, readable: 2, inPlace: true })),
    fileCase('only years as headers', 'only-years.csv', '2022,2023,2024\n5,1,2\n6,3,4\n', one({ columns: ['2022', '2023', '2024'], records: 2, readable: 2 })),
    fileCase('header only', 'header-only.csv', 'a,b,c\n', one({ columns: ABC, records: 0, readable: 0, values: [] })),
    fileCase('header only without a line end', 'header-only-bare.csv', 'a,b,c', one({ columns: ABC, records: 0, readable: 0, values: [] })),
    fileCase('empty', 'empty.csv', '', fails('file-empty')),
    fileCase('only a BOM', 'bom-only.csv', BOM, fails('file-empty')),
    fileCase('only a line end', 'newline-only.csv', '\n', fails('file-empty')),
    fileCase('zero-width and no-break spaces in the header', 'zero-width.csv', '\u200bid,first\u00a0name,caf\u0065\u0301\n1,x,y\n', one({ columns: ['id', 'first name', 'café'], records: 1, readable: 1 })),
    fileCase('a header over two lines', 'two-line-header.csv', '"case\nid",b\n1,2\n', one({ columns: ['case id', 'b'], records: 1, readable: 1 })),
    fileCase('5,000 columns', 'wide.csv', `${wide.join(',')}\n${wide.map((_, i) => i).join(',')}\n`, one({ columns: { count: 5000 }, records: 1, readable: 1 })),
    fileCase('20,000 columns', 'too-wide.csv', `${Array.from({ length: 20_000 }, (_, i) => `c${i}`).join(',')}\n`, fails('too-many-columns')),
    fileCase('an unterminated quote in the header', 'open-header.csv', 'a,"b\n1,2\n3,4\n', fails('header-unterminated-quote')),
  ]
}

function shapes(): CorpusCase[] {
  const total = 'id,name,amount\n1,x,10\n2,y,20\n'
  return [
    fileCase('mixed line ends', 'mixed-ends.csv', 'a,b\n1,2\r\n3,4\n5,6\r7,8\n', one({ columns: ['a', 'b'], records: 4, readable: 4, inPlace: false, values: [['1', '2'], ['3', '4'], ['5', '6'], ['7', '8']] })),
    fileCase('CRLF', 'crlf.csv', 'a,b\r\n1,2\r\n\r\n3,4\r\n', one({ columns: ['a', 'b'], records: 3, readable: 2, skipped: { blank: 1 }, inPlace: true })),
    fileCase('CR only', 'cr.csv', 'a,b\r1,2\r3,4\r', one({ columns: ['a', 'b'], records: 2, readable: 2, inPlace: true })),
    fileCase('blank lines', 'blank.csv', 'a,b\n\n1,2\n\n\n3,4\n\n', one({ columns: ['a', 'b'], records: 6, readable: 2, skipped: { blank: 4 }, inPlace: true })),
    fileCase('blank lines in a single column', 'blank-single.csv', 'name\nx\n\ny\n', one({ columns: ['name'], records: 3, readable: 2, skipped: { blank: 1 }, inPlace: false, values: [['x'], ['y']] })),
    fileCase('lines of spaces', 'spaces.csv', 'a,b\n1,2\n   \n3,x\n5\n', one({ columns: ['a', 'b'], records: 4, readable: 2, bad: ['too-few-fields'], skipped: { blank: 1 } })),
    fileCase('rows of delimiters only', 'delimiters.csv', 'a,b\n1,2\n,\n', one({ columns: ['a', 'b'], records: 2, readable: 2, values: [['1', '2'], [null, null]] })),
    fileCase('blank lines before the header', 'blank-first.csv', '\n\na,b\n1,2\n', one({ columns: ['a', 'b'], records: 1, readable: 1, skipped: { preamble: 2 }, inPlace: true })),
    fileCase('sep= line', 'sep.csv', 'sep=;\na;b\n1;2,5\n', one({ columns: ['a', 'b'], records: 1, readable: 1, skipped: { preamble: 1 }, values: [['1', '2,5']] })),
    fileCase('sep= line after a BOM, CRLF', 'sep-bom.csv', `${BOM}sep=,\r\na,b\r\n1,2\r\n`, one({ columns: ['a', 'b'], records: 1, readable: 1, skipped: { preamble: 1 }, inPlace: true })),
    fileCase('title lines above the header', 'preamble.csv', 'Monthly report\nExported 2025-03-01\n\nid,name,amount\n1,x,10\n2,y,20\n', one({ columns: ['id', 'name', 'amount'], records: 2, readable: 2, skipped: { preamble: 3 }, notes: ['preamble-skipped'], inPlace: true })),
    fileCase('a quote in the title line', 'preamble-quote.csv', 'The "big" report\nid,name,amount\n1,x,10\n', one({ columns: ['id', 'name', 'amount'], records: 1, readable: 1, skipped: { preamble: 1 }, inPlace: false })),
    fileCase('a total at the end', 'total.csv', `${total}Total,,30\n`, one({ columns: ['id', 'name', 'amount'], records: 3, readable: 2, skipped: { footer: 1 }, notes: ['footer-skipped'] })),
    fileCase('a ragged total at the end', 'total-ragged.csv', `${total}\nGrand total: 30\n`, one({ columns: ['id', 'name', 'amount'], records: 4, readable: 2, skipped: { footer: 1, blank: 1 } })),
    fileCase('a count under the table', 'row-count.csv', `${total}(2 rows affected)\n`, one({ columns: ['id', 'name', 'amount'], records: 3, readable: 2, skipped: { footer: 1 } })),
    fileCase('a customer called Total', 'total-name.csv', 'name,n\nShell,1\nBP,2\nTotal,3\n', one({ columns: ['name', 'n'], records: 3, readable: 3, inPlace: true })),
    fileCase('a last record that was cut off', 'cut.csv', `${total}3,z`, one({ columns: ['id', 'name', 'amount'], records: 3, readable: 2, bad: ['too-few-fields'] })),
    fileCase('decimal comma', 'decimal-comma.csv', 'id;price\n1;2,50\n2;1.234,5\n', one({ columns: ['id', 'price'], records: 2, readable: 2, values: [['1', '2,50'], ['2', '1.234,5']] })),
    fileCase('tabs', 'tabs.tsv', 'a\tb\n1\tx, y\n2\tz\n', one({ columns: ['a', 'b'], records: 2, readable: 2, inPlace: true })),
    fileCase('pipes', 'pipes.txt', 'a|b|c\n1|x|2\n', one({ columns: ABC, records: 1, readable: 1, inPlace: true })),
    fileCase('a single column of sentences', 'sentences.csv', 'comment\nhello, world\nno\nyes, I do\n', one({ columns: ['comment'], records: 3, readable: 3, values: [['hello, world'], ['no'], ['yes, I do']] })),
    fileCase('a CSV named .json', 'named.json', 'a,b\n1,2\n', one({ columns: ['a', 'b'], records: 1, readable: 1, notes: ['name-misleads'] })),
  ]
}

/** Values that a reader must not touch: they come out as they went in. */
function values(): CorpusCase[] {
  const rows: [string, string][] = [
    ['formula', '=1+1'], ['code', '1E5'], ['zeros', '00042'], ['long id', '9007199254740993'], ['longer id', '123456789012345678901234567890'],
    ['yes', 'yes'], ['t', 'T'], ['null', 'NULL'], ['na', 'N/A'], ['dash', '-'], ['offset', '2025-03-30T02:30:00+01:00'], ['day first', '31/04/2025'],
    ['month first', '05/13/2025'], ['ambiguous', '01/02/2025'], ['short year', '01.02.25'], ['duration', '26:15:00'], ['leap', '29-02-2025'], ['no-break', '1\u00a0234,5'],
  ]
  const text = `what,value\n${rows.map(([what, value]) => (value.includes(',') ? `${what},"${value}"` : `${what},${value}`)).join('\n')}\n`
  return [fileCase('values that invite guesses', 'values.csv', text, one({ columns: ['what', 'value'], records: rows.length, readable: rows.length, inPlace: true, values: rows }))]
}

function* repeat(head: string, piece: string, times: number, tail: string): Generator<string> {
  yield head
  for (let i = 0; i < times; i++) yield piece
  yield tail
}

function large(): CorpusCase[] {
  const mega = 'x'.repeat(1 << 20)
  return [
    streamCase('a single line of 50 MB', 'one-line.csv', () => repeat('', mega, 50, ''), fails('header-line-too-long')),
    streamCase('a record of 50 MB among others', 'long-record.csv', () => repeat('a,b\n1,x\n2,', mega, 50, '\n3,y\n'), one({ columns: ['a', 'b'], records: 3, readable: 2, bad: ['line-too-long'], values: [['1', 'x'], ['3', 'y']] })),
    streamCase('a record of 3 MB', 'text-cell.csv', () => repeat('a,b\n1,x\n2,', mega, 3, '\n3,y\n'), one({ columns: ['a', 'b'], records: 3, readable: 3 })),
    streamCase('16 MB behind an open quote', 'open-quote-large.csv', () => repeat('a,b\n1,"oops\n', '2,x\n3,y\n'.repeat(10_000), 200, ''), one({ columns: ['a', 'b'], records: 4_000_001, readable: 4_000_000, bad: ['unterminated-quote'] })),
  ]
}

export function csvCases(): CorpusCase[] {
  return [...encodings(), ...raggedAndQuotes(), ...headers(), ...shapes(), ...values(), ...large()]
}
