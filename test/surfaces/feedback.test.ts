import { expect, test } from 'vitest'
import { RapportError } from '../../src/errors.ts'
import type { FeedbackChange } from '../../src/surfaces/server/doors.ts'
import { fakeServer } from './fake.ts'

function server() {
  const marks: [string, FeedbackChange][] = []
  const { ask } = fakeServer({
    markFeedback: async (survey, change) => {
      if (survey === 'none') throw new RapportError({ code: 'survey-unknown', message: 'No.', fix: 'Look.' }, 5)
      marks.push([survey, change])
    },
  })
  const send = (id: string, fields: Record<string, string>, headers: Record<string, string> = {}) =>
    ask(`/feedback/${id}`, {
      method: 'POST',
      body: new URLSearchParams(fields).toString(),
      headers: { 'content-type': 'application/x-www-form-urlencoded', ...headers },
    })
  return { marks, ask, send }
}

test('a form changes a status and leads back to the page that it was sent from', async () => {
  const { marks, send } = server()
  const back = '/feedback?by=product&status=new'
  const answer = await send('s%3A1%2F2', { status: 'accepted', note: ' soon ', by: '', back })
  expect(answer.status).toBe(303)
  expect(answer.headers.get('location')).toBe(`${back}#comment-s%3A1%2F2`)
  expect(marks).toEqual([['s:1/2', { status: 'accepted', note: 'soon' }]])
})

test('it leads to no other place, whatever the form says', async () => {
  const { send } = server()
  for (const back of [
    'https://evil.example/feedback',
    '//evil.example',
    '/feedback?a\r\nSet-Cookie: b',
    '/feedbacks',
    '',
  ])
    expect((await send('a', { status: 'done', back })).headers.get('location')).toBe('/feedback#comment-a')
})

test('other sites, other bodies and unknown statuses change nothing', async () => {
  const { marks, ask, send } = server()
  const foreign: Record<string, string>[] = [
    { origin: 'http://evil.example' },
    { origin: 'null' },
    { 'sec-fetch-site': 'cross-site', 'sec-fetch-mode': 'navigate' },
    { host: 'evil.example:4600' },
  ]
  for (const headers of foreign) expect((await send('a', { status: 'done' }, headers)).status).toBe(403)
  expect((await send('a', { status: 'gone' })).status).toBe(400)
  expect((await send('a', { status: 'done', extra: '1' })).status).toBe(400)
  expect((await send('a', { status: 'done', note: 'x'.repeat(501) })).status).toBe(400)
  expect((await send('a', { status: 'done' }, { 'content-type': 'text/plain' })).status).toBe(415)
  expect((await send('none', { status: 'done' })).status).toBe(404)
  expect((await ask('/feedback/a')).status).toBe(404)
  expect(marks).toEqual([])
})

test('without a project nothing is kept, and the refusal says what to do', async () => {
  const { ask } = fakeServer()
  const answer = await ask('/feedback/a', {
    method: 'POST',
    body: 'status=done',
    headers: { 'content-type': 'application/x-www-form-urlencoded' },
  })
  expect(answer.status).toBe(400)
  expect(await answer.json()).toMatchObject({ code: 'project-needed', fix: expect.stringContaining('rapport init') })
})
