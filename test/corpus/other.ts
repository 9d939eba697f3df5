import { mkdirSync } from 'node:fs'
import { open } from 'node:fs/promises'
import { join } from 'node:path'
import { deflateSync, gzipSync } from 'node:zlib'
import { DuckDBInstance } from '@duckdb/node-api'
import { type CorpusCase, fails, fileCase, one } from './case.ts'
import { utf16 } from './csv.ts'
import { sheetRows, workbook, zipFiles } from './zip.ts'

function gzips(): CorpusCase[] {
  const csv = `a,b\n${Array.from({ length: 1000 }, (_, i) => `${i},${(i * 7919) % 997}\n`).join('')}`
  const packed = gzipSync(csv)
  return [
    fileCase('gzip of CSV', 'table.csv.gz', packed, one({ columns: ['a', 'b'], records: 1000, readable: 1000 })),
    fileCase('gzip without its extension', 'table.csv', packed, one({ columns: ['a', 'b'], records: 1000, readable: 1000 })),
    fileCase('gzip of a ragged CSV', 'ragged.csv.gz', gzipSync('a,b\n1,2\n3\n'), one({ columns: ['a', 'b'], records: 2, readable: 1, bad: ['too-few-fields'] })),
    fileCase('gzip bomb', 'bomb.csv.gz', gzipSync(Buffer.alloc(64 << 20, 'a,b\n')), fails('unpacks-too-large')),
    fileCase('truncated gzip', 'cut.csv.gz', packed.subarray(0, packed.length >> 1), fails('gzip-truncated')),
    fileCase('damaged gzip', 'damaged.csv.gz', Buffer.concat([packed.subarray(0, 20), Buffer.alloc(60, 0xff), packed.subarray(80)]), fails('gzip-damaged')),
    fileCase('gzip in gzip', 'twice.csv.gz', gzipSync(packed), fails('form-unsupported')),
    fileCase('gzip of nothing', 'nothing.csv.gz', gzipSync(''), fails('file-empty')),
  ]
}

function strangers(): CorpusCase[] {
  const png = Buffer.concat([Buffer.from([0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a]), deflateSync('x')])
  return [
    fileCase('PDF named .csv', 'report.csv', '%PDF-1.7\n1 0 obj\n', fails('form-unsupported')),
    fileCase('PNG named .csv', 'picture.csv', png, fails('form-unsupported')),
    fileCase('old XLS named .xlsx', 'old.xlsx', Buffer.concat([Buffer.from([0xd0, 0xcf, 0x11, 0xe0, 0xa1, 0xb1, 0x1a, 0xe1]), Buffer.alloc(504)]), fails('form-unsupported')),
    fileCase('HTML named .xls', 'web.xls', '\n<!DOCTYPE html><html><table><tr><td>1</td></tr></table></html>', fails('form-unsupported')),
    fileCase('XML', 'feed.xml', '<?xml version="1.0"?><a/>', fails('form-unsupported')),
    fileCase('Word document named .xlsx', 'letter.xlsx', zipFiles({ '[Content_Types].xml': '<Types/>', 'word/document.xml': '<document/>' }), fails('form-unsupported')),
    fileCase('plain zip', 'archive.zip', zipFiles({ 'a.csv': 'a,b\n1,2\n' }), fails('form-unsupported')),
    fileCase('OpenDocument', 'sheet.ods', zipFiles({ mimetype: 'application/vnd.oasis.opendocument.spreadsheet', 'content.xml': '<x/>' }), fails('form-unsupported')),
    fileCase('SQLite', 'data.csv', Buffer.from('SQLite format 3\0'), fails('form-unsupported')),
  ]
}

function workbooks(): CorpusCase[] {
  const simple = sheetRows([
    ['id', 'name'],
    [1, 'x'],
    [2, 'y'],
  ])
  const whole = workbook({ sheets: [{ name: 'Data', data: simple }] })
  const xml = '<?xml version="1.0"?>'
  const entities = `${xml}<!DOCTYPE x [<!ENTITY a "aaaaaaaaaa"><!ENTITY b "&a;&a;&a;&a;">]><worksheet><sheetData><row><c t="str"><v>&b;</v></c></row></sheetData></worksheet>`
  return [
    fileCase('a workbook', 'simple.xlsx', whole, one({ columns: ['id', 'name'], records: 2, readable: 2, values: [['1', 'x'], ['2', 'y']] })),
    fileCase('a workbook named .csv', 'workbook.csv', whole, one({ columns: ['id', 'name'], records: 2, readable: 2, notes: ['name-misleads'] })),
    fileCase(
      'several sheets, one hidden, one empty',
      'sheets.xlsx',
      workbook({ sheets: [{ name: 'May', data: simple }, { name: 'Lists', data: sheetRows([['code'], ['a'], ['b'], ['c']]), state: 'hidden' }, { name: 'Empty', data: '' }] }),
      { batches: [{ columns: ['id', 'name'], records: 2, readable: 2 }, { columns: ['code'], records: 3, readable: 3, notes: ['sheet-hidden'] }] },
    ),
    fileCase(
      'dates, times, percentages, booleans, errors, formulas',
      'cells.xlsx',
      workbook({
        strings: ['kind', 'value', 'rich', '<r><t>ri</t></r><r><t>ch</t></r><rPh><t>x</t></rPh>'],
        formats: ['yyyy-mm-dd', 'dd/mm/yyyy hh:mm', '[h]:mm:ss', '0.0%', 'h:mm', '"day "0', '[Red]d.m.yy;@'],
        sheets: [
          {
            name: 'S',
            data: [
              '<row r="1"><c r="A1" t="s"><v>0</v></c><c r="B1" t="s"><v>1</v></c></row>',
              '<row r="2"><c r="A2" t="inlineStr"><is><t>date</t></is></c><c r="B2" s="1"><v>45678</v></c></row>',
              '<row r="3"><c r="A3" t="inlineStr"><is><t>moment</t></is></c><c r="B3" s="2"><v>45678.427083333336</v></c></row>',
              '<row r="4"><c r="A4" t="inlineStr"><is><t>duration</t></is></c><c r="B4" s="3"><v>1.09375</v></c></row>',
              '<row r="5"><c r="A5" t="inlineStr"><is><t>percent</t></is></c><c r="B5" s="4"><v>0.85</v></c></row>',
              '<row r="6"><c r="A6" t="inlineStr"><is><t>time</t></is></c><c r="B6" s="5"><v>0.4375</v></c></row>',
              '<row r="7"><c r="A7" t="inlineStr"><is><t>number</t></is></c><c r="B7" s="6"><v>0.30000000000000004</v></c></row>',
              '<row r="8"><c r="A8" t="inlineStr"><is><t>boolean</t></is></c><c r="B8" t="b"><v>1</v></c></row>',
              '<row r="9"><c r="A9" t="inlineStr"><is><t>error</t></is></c><c r="B9" t="e"><v>#N/A</v></c></row>',
              '<row r="10"><c r="A10" t="inlineStr"><is><t>formula</t></is></c><c r="B10"><f>1+1</f><v>2</v></c></row>',
              '<row r="11"><c r="A11" t="s"><v>2</v></c><c r="B11" t="s"><v>3</v></c></row>',
              '<row r="12"><c r="A12" t="inlineStr"><is><t>day 59</t></is></c><c r="B12" s="7"><v>59</v></c></row>',
            ].join(''),
          },
        ],
      }),
      one({
        columns: ['kind', 'value'],
        records: 11,
        readable: 11,
        notes: ['formulas-as-values', 'cell-errors', 'percent-as-fraction'],
        values: [
          ['date', '2025-01-21'], ['moment', '2025-01-21 10:15:00'], ['duration', '26:15:00'], ['percent', '0.85'], ['time', '10:30:00'], ['number', '0.3'],
          ['boolean', 'true'], ['error', null], ['formula', '2'], ['rich', 'rich'], ['day 59', '1900-02-28'],
        ],
      }),
    ),
    fileCase(
      'the 1904 date system',
      'mac.xlsx',
      workbook({ date1904: true, formats: ['yyyy-mm-dd'], sheets: [{ name: 'S', data: '<row r="1"><c r="A1" t="inlineStr"><is><t>day</t></is></c></row><row r="2"><c r="A2" s="1"><v>44216</v></c></row>' }] }),
      one({ columns: ['day'], records: 1, readable: 1, values: [['2025-01-21']] }),
    ),
    fileCase(
      'titles, blank rows and columns, a total, trailing blanks',
      'report.xlsx',
      workbook({
        sheets: [
          {
            name: 'R',
            data: `${sheetRows([['Monthly report']])}${sheetRows(
              [
                [null, 'id', null, 'name', 'amount'],
                [null, 1, null, 'x', 10],
                [null, 2, null, 'y', 20],
                [],
                [null, 'Total', null, null, 30],
                [],
                [],
              ],
              3,
            )}`,
          },
        ],
      }),
      one({ columns: ['id', 'name', 'amount'], records: 6, readable: 2, skipped: { preamble: 2, blank: 3, footer: 1 }, values: [['1', 'x', '10'], ['2', 'y', '20']] }),
    ),
    fileCase('dates as text', 'text-dates.xlsx', workbook({ sheets: [{ name: 'S', data: sheetRows([['day'], ['2025-01-21'], ['21/01/2025']]) }] }), one({ columns: ['day'], records: 2, readable: 2, values: [['2025-01-21'], ['21/01/2025']] })),
    fileCase('a truncated workbook', 'cut.xlsx', whole.subarray(0, whole.length >> 1), fails('xlsx-truncated')),
    fileCase('a workbook with a damaged sheet', 'damaged.xlsx', workbook({ sheets: [{ name: 'S', data: '<row><c></row>' }] }), fails('xlsx-damaged')),
    fileCase('a workbook without values', 'no-values.xlsx', workbook({ sheets: [{ name: 'S', data: '' }] }), fails('file-empty')),
    fileCase('a zip bomb in a sheet', 'bomb.xlsx', workbook({ sheets: [{ name: 'S', data: `<row>${' '.repeat(64 << 20)}</row>` }] }), fails('unpacks-too-large')),
    fileCase('a zip of many entries', 'entries.xlsx', workbook({ sheets: [{ name: 'S', data: simple }], extra: Object.fromEntries(Array.from({ length: 10_500 }, (_, i) => [`xl/x${i}`, ''])) }), fails('zip-too-many-entries')),
    fileCase('a DOCTYPE with entities', 'entities.xlsx', workbook({ sheets: [{ name: 'S', data: entities }] }), fails('xml-doctype')),
    fileCase('a sheet outside the file', 'external.xlsx', workbook({ sheets: [{ name: 'S', data: simple, external: 'http://127.0.0.1:9/sheet.xml' }] }), fails('xlsx-external')),
    fileCase('a text index out of range', 'bad-index.xlsx', workbook({ sheets: [{ name: 'S', data: '<row r="1"><c r="A1" t="s"><v>7</v></c></row>' }] }), fails('xlsx-damaged')),
  ]
}

function jsons(): CorpusCase[] {
  const deep = (levels: number): string => '{"a":'.repeat(levels) + '1' + '}'.repeat(levels)
  return [
    fileCase('a JSON list', 'list.json', '[{"id":1,"name":"x"},\n{"id":2,"tags":["a","b"],"at":{"city":"Y","zip":null}}]', one({ columns: ['id', 'name', 'tags', 'at.city', 'at.zip'], records: 2, readable: 2, values: [['1', 'x', null, null, null], ['2', null, '["a","b"]', 'Y', null]] })),
    fileCase('a JSON list under a key', 'wrapped.json', '{"total":2,"data":{"items":[{"id":1},{"id":2}]},"next":null,"flags":[1,2]}', one({ columns: ['id'], records: 2, readable: 2, notes: ['list-skipped'] })),
    fileCase('two JSON lists', 'two.json', '{"a":[{"id":1}],"b":[{"k":"x"},{"k":"y"}]}', { batches: [{ columns: ['id'], records: 1, readable: 1 }, { columns: ['k'], records: 2, readable: 2 }] }),
    fileCase('one JSON object', 'object.json', '{"id":1,\n"name":"x"}', one({ columns: ['id', 'name'], records: 1, readable: 1 })),
    fileCase('NDJSON', 'lines.ndjson', '{"id":1}\n{"id":2}\n\n{"id":3,"x":true}', one({ columns: ['id', 'x'], records: 4, readable: 3, skipped: { blank: 1 }, values: [['1', null], ['2', null], ['3', 'true']] })),
    fileCase('NDJSON with broken lines', 'broken.ndjson', '{"id":1}\n{"id":\n{"id":NaN}\n[1]\n{"id":4}{"id":5}\n{"id":6}\n', one({ columns: ['id'], records: 6, readable: 2, bad: ['not-json', 'not-json', 'not-an-object', 'not-json'], values: [['1'], ['6']] })),
    fileCase('JSON with ids over 2^53', 'ids.json', '[{"id":9007199254740993,"n":1E5,"p":1.10,"q":-0.5},{"id":123456789012345678901234567890,"n":2,"p":3,"q":4}]', one({ columns: ['id', 'n', 'p', 'q'], records: 2, readable: 2, values: [['9007199254740993', '1E5', '1.10', '-0.5'], ['123456789012345678901234567890', '2', '3', '4']] })),
    fileCase('JSON with duplicate keys', 'duplicate.json', '[{"a":1,"a":2},{"a":1,"A":2},{"a":3}]', one({ columns: ['a'], records: 3, readable: 1, bad: ['duplicate-key', 'duplicate-key'] })),
    fileCase('JSON with empty objects', 'hollow.json', '[{},{"a":1},{"b":{}}]', one({ columns: ['a'], records: 3, readable: 1, bad: ['empty-object', 'empty-object'] })),
    fileCase('a key that comes late', 'late.ndjson', `${'{"id":1}\n'.repeat(400_000)}{"id":2,"late":3}\n`, one({ columns: ['id', 'late'], records: 400_001, readable: 400_001 })),
    fileCase('JSON with a NUL', 'nul.json', '[{"a":"x\\u0000y"},{"a":"z"}]', one({ columns: ['a'], records: 2, readable: 1, bad: ['nul-byte'] })),
    fileCase('JSON nested 50,000 levels', 'deep.json', deep(50_000), fails('json-shape')),
    fileCase('a record nested 50,000 levels', 'deep-record.json', `[{"id":1},${deep(50_000)},{"id":2}]`, one({ columns: ['id'], records: 3, readable: 2, bad: ['too-deep'] })),
    fileCase('lists nested 50,000 levels', 'deep-lists.json', '['.repeat(50_000), fails('json-shape')),
    fileCase('a JSON scalar', 'scalar.json', '42', fails('json-shape')),
    fileCase('an empty JSON list', 'empty.json', '[]', fails('json-shape')),
    fileCase('JSON that is cut off', 'cut.json', '[{"id":1},{"id":2},{"id', one({ columns: ['id'], records: 3, readable: 2, bad: ['not-json'] })),
    fileCase('JSON with text behind it', 'behind.json', '[{"id":1}] x', fails('json-shape')),
    fileCase('JSON in UTF-16', 'utf16.json', utf16('[{"id":1,"name":"é"}]', 'le', true), one({ columns: ['id', 'name'], records: 1, readable: 1, values: [['1', 'é']] })),
    fileCase('JSON in latin-1', 'latin1.json', Buffer.from('[{"id":1,"name":"\xe9"},{"id":2}]', 'latin1'), one({ columns: ['id'], records: 2, readable: 1, bad: ['not-utf8'] })),
  ]
}

/** Written by the engine itself: no second Parquet writer is at hand. */
async function writeParquet(path: string): Promise<void> {
  const instance = await DuckDBInstance.create(':memory:')
  const connection = await instance.connect()
  await connection.run(`copy (select i as id, 'n' || i as name from range(100) t(i)) to '${path.replaceAll("'", "''")}' (format parquet)`)
  connection.closeSync()
  instance.closeSync()
}

function parquets(): CorpusCase[] {
  const make = (name: string, file: string, expect: CorpusCase['expect'], keep: number): CorpusCase => ({
    name,
    file,
    expect,
    write: async (dir) => {
      mkdirSync(dir, { recursive: true })
      const path = join(dir, file)
      await writeParquet(path)
      const handle = await open(path, 'r+')
      await handle.truncate(Math.floor((await handle.stat()).size * keep))
      await handle.close()
      return path
    },
  })
  return [
    make('Parquet', 'table.parquet', one({ columns: ['id', 'name'], records: 100, readable: 100, inPlace: true }), 1),
    make('truncated Parquet', 'cut.parquet', fails('parquet-damaged'), 0.7),
    fileCase('Parquet with a footer of its own length only', 'lie.parquet', Buffer.concat([Buffer.from('PAR1'), Buffer.alloc(20), Buffer.from([0xff, 0xff, 0, 0]), Buffer.from('PAR1')]), fails('parquet-damaged')),
  ]
}

export function otherCases(): CorpusCase[] {
  return [...gzips(), ...strangers(), ...workbooks(), ...jsons(), ...parquets()]
}
