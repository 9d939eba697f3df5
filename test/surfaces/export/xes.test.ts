import fc from 'fast-check'
import { SaxesParser } from 'saxes'
import { expect, test } from 'vitest'
import type { LoggedCase } from '../../../src/insights/process-log.ts'
import { escaped, xesOf } from '../../../src/surfaces/export/xes.ts'

async function* pages(cases: LoggedCase[]): AsyncGenerator<LoggedCase[]> {
  for (const each of cases) yield [each]
}

async function written(cases: LoggedCase[]): Promise<string> {
  let text = ''
  for await (const chunk of xesOf(pages(cases), { cases: 0, events: 0 })) text += chunk
  return text
}

test('any text comes back from the XML as it was, without what XML has no sign for', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), (text) => {
      let back = ''
      const parser = new SaxesParser()
      parser.on('error', (error) => {
        throw error
      })
      parser.on('opentag', (tag) => {
        back = String(tag.attributes.value)
      })
      parser.write(`<string value="${escaped(text)}"/>`).close()
      expect(back).toBe(text.replace(/[\x00-\x08\x0b\x0c\x0e-\x1f\ufffe\uffff]|\p{Surrogate}/gu, ''))
    }),
  )
})

test('a case is a trace, with its events in order and the extensions that name their keys', async () => {
  const text = await written([
    {
      id: 'C-1',
      attributes: [['channel', 'chat & "mail"']],
      events: [
        { step: 'Created', at: '2026-01-05T10:00:00.000+00:00', actor: null, actor_kind: null, team: null },
        { step: 'Solved', at: '2026-01-05T11:00:00.000+00:00', actor: 'agent_1', actor_kind: 'agent', team: 'Billing' },
      ],
    },
  ])
  expect(text).toMatch(/^<\?xml version="1.0" encoding="UTF-8"\?>\n<log xes.version="1849-2016"/)
  for (const prefix of ['concept', 'time', 'lifecycle', 'org']) expect(text).toContain(`prefix="${prefix}"`)
  expect(text).toContain('<string key="channel" value="chat &amp; &quot;mail&quot;"/>')
  expect(text.match(/<event>/g)).toHaveLength(2)
  expect(text.indexOf('Created')).toBeLessThan(text.indexOf('Solved'))
  expect(text).toContain('<string key="org:group" value="Billing"/>')
  expect(text.trimEnd().endsWith('</log>')).toBe(true)
})
