import { mkdtemp, rm, writeFile } from 'node:fs/promises'
import type { AddressInfo } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { SMTPServer, type SMTPServerOptions } from 'smtp-server'
import { afterEach, expect, test } from 'vitest'
import { type Receiver, receiversSchema } from '../../src/config/alerts.ts'
import { mailboxOf } from '../../src/watch/receivers/all.ts'
import { hostile, message, notification } from './notifications.ts'

const servers: SMTPServer[] = []
afterEach(() =>
  Promise.all(servers.splice(0).map((server) => new Promise<void>((resolve) => server.close(() => resolve())))),
)

interface Taken {
  mails: string[]
  secure: boolean[]
  port: number
}

async function mailServer(options: SMTPServerOptions = {}): Promise<Taken> {
  const taken: Taken = { mails: [], secure: [], port: 0 }
  const server = new SMTPServer({
    authOptional: true,
    logger: false,
    onData(stream, session, done) {
      let text = ''
      stream.on('data', (chunk: Buffer) => {
        text += String(chunk)
      })
      stream.on('end', () => {
        taken.mails.push(text)
        taken.secure.push(session.secure)
        done()
      })
    },
    ...options,
  })
  server.on('error', () => {})
  servers.push(server)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', () => resolve()))
  taken.port = (server.server.address() as AddressInfo).port
  return taken
}

function mailbox(port: number, change: object = {}) {
  const written = {
    id: 'mail',
    kind: 'email',
    host: '127.0.0.1',
    port,
    tls: 'none',
    from: 'Rapport <alerts@shop.example>',
    to: ['team@shop.example', 'lead@shop.example'],
    allow_private: true,
    ...change,
  }
  const [receiver] = receiversSchema.parse([written]) as [Receiver]
  return mailboxOf(receiver, { directory: null, environment: { PASSWORD: 'secret' }, now: () => 0, timeout: 400 })
}

test('files of a message go with it, as they are when it is sent; without them it is not sent', async () => {
  const folder = await mkdtemp(join(tmpdir(), 'rapport-mail-'))
  const files = [{ name: 'report.md', path: join(folder, 'report.md') }]
  const taken = await mailServer()
  const told = notification({ messages: [message({ files })] })
  await expect(mailbox(taken.port).send(told)).rejects.toThrow('ENOENT')
  expect(taken.mails).toEqual([])
  await writeFile(files[0]!.path, '# Report: 4,812 cases')
  expect(await mailbox(taken.port).send(told)).toEqual({ ok: true })
  await rm(folder, { recursive: true })
  expect(taken.mails[0]).toContain('filename=report.md')
  expect(taken.mails[0]).toMatch(/# Report: 4,812 cases|IyBSZXBvcnQ6IDQsODEyIGNhc2Vz/)
})

test('a mail has text and HTML, an id of its own that stays, and says that nobody wrote it', async () => {
  const server = await mailServer()
  const sent = notification({
    messages: [message({ text: hostile, title: hostile })],
    title: `x\r\nBcc: a@b.c ${hostile}`,
  })
  expect(await mailbox(server.port).send(sent)).toEqual({ ok: true })
  expect(await mailbox(server.port).send(sent)).toEqual({ ok: true })
  const ids = server.mails.map((mail) => /^Message-ID: (.*)$/im.exec(mail)?.[1])
  expect(ids).toEqual(['<rapport-0123456789abcdef0123456789abcdef@rapport.invalid>', ids[0]])
  const [mail] = server.mails
  const head = mail!.slice(0, mail!.indexOf('\r\n\r\n'))
  expect(head).toMatch(/^Auto-Submitted: auto-generated$/m)
  expect(head).toMatch(/^References: </m)
  expect(head).not.toMatch(/^Bcc:/im)
  expect(mail).toMatch(/text\/plain/)
  expect(mail).toMatch(/text\/html/)
  expect(mail!.slice(mail!.indexOf('text/html'))).not.toMatch(/<img|<script/)
})

test('where STARTTLS is demanded, a server without it gets nothing', async () => {
  const server = await mailServer({ hideSTARTTLS: true, disabledCommands: ['STARTTLS'] })
  const answer = await mailbox(server.port, { tls: 'starttls' }).send(notification())
  expect(answer).toMatchObject({ ok: false })
  expect(server.mails).toEqual([])
})

test('a certificate that nobody vouches for is refused', async () => {
  const server = await mailServer()
  const answer = await mailbox(server.port, { tls: 'starttls' }).send(notification())
  expect(answer).toMatchObject({ ok: false, says: expect.stringMatching(/certificate|self.signed|expired|altnames/i) })
  expect(server.mails).toEqual([])
})

test('it signs in with the secret, and says when that fails', async () => {
  const server = await mailServer({
    authOptional: false,
    allowInsecureAuth: true,
    onAuth: ({ username, password }, _session, done) =>
      username === 'rapport' && password === 'secret' ? done(null, { user: username }) : done(new Error('Wrong')),
  })
  expect(await mailbox(server.port, { user: 'rapport', password: 'env:PASSWORD' }).send(notification())).toEqual({
    ok: true,
  })
  const refused = await mailbox(server.port, { user: 'other', password: 'env:PASSWORD' }).send(notification())
  expect(refused).toMatchObject({ ok: false })
  expect(refused).not.toHaveProperty('never')
  expect(JSON.stringify(refused)).not.toContain('secret')
})

test('what is refused for good is not tried again; what is put off is', async () => {
  const answering = (responseCode: number) =>
    mailServer({ onRcptTo: (_address, _session, done) => done(Object.assign(new Error('no'), { responseCode })) })
  const [never, later] = [await answering(550), await answering(451)]
  expect(await mailbox(never.port).send(notification())).toMatchObject({ ok: false, never: true })
  expect(await mailbox(later.port).send(notification())).not.toHaveProperty('never')
})

test('nobody there, or a private address without leave, is a failure in words', async () => {
  await expect(mailbox(1, { allow_private: false }).send(notification())).rejects.toThrow(/private network/)
  expect(await mailbox(1).send(notification())).toMatchObject({
    ok: false,
    says: expect.stringContaining('ECONNREFUSED'),
  })
})
