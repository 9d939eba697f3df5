import { expect, test } from 'vitest'
import { checkAddress, isPrivate } from '../../src/watch/receivers/address.ts'
import { post } from '../../src/watch/receivers/post.ts'
import { localReceiver } from './receivers.ts'

test.each([
  '127.0.0.1',
  '127.255.255.254',
  '0.0.0.0',
  '10.1.2.3',
  '100.64.0.1',
  '169.254.169.254',
  '172.16.0.1',
  '172.31.255.255',
  '192.168.1.1',
  '198.18.0.1',
  '224.0.0.1',
  '255.255.255.255',
  '::',
  '::1',
  '::ffff:127.0.0.1',
  '::ffff:7f00:1',
  '::127.0.0.1',
  '64:ff9b::7f00:1',
  'fe80::1',
  'fc00::1',
  'fd00:ec2::254',
  'ff02::1',
  '2002:7f00:1::',
  '2001:0:7f00:1::',
  '2001:db8::1',
])('%s is private', (address) => {
  expect(isPrivate(address)).toBe(true)
})

test.each(['1.1.1.1', '8.8.8.8', '172.32.0.1', '100.128.0.1', '2606:4700::1111', '2a00:1450:4001::200e'])(
  '%s is public',
  (address) => {
    expect(isPrivate(address)).toBe(false)
  },
)

test.each([
  'http://127.0.0.1/',
  'https://127.0.0.1/',
  'https://[::1]/',
  'https://2130706433/',
  'https://0x7f.1/',
  'https://0177.0.0.1/',
  'https://[::ffff:a9fe:a9fe]/',
  'https://user@1.1.1.1/',
  'ftp://1.1.1.1/',
  'file:///etc/passwd',
  'nonsense',
])('%s is refused before anything is sent', async (url) => {
  await expect(post({ url, headers: {}, body: '' }, { allowPrivate: false })).rejects.toMatchObject({
    problems: [{ code: 'address-refused' }],
  })
})

test('a name with one private address among public ones is refused', async () => {
  const resolve = async () => [
    { address: '1.1.1.1', family: 4 },
    { address: '10.0.0.1', family: 4 },
  ]
  await expect(checkAddress('both.example', { allowPrivate: false, resolve })).rejects.toThrow(/10\.0\.0\.1/)
})

test('the connection goes to the address that was checked: a name is asked once', async () => {
  const hook = await localReceiver()
  let asked = 0
  const resolve = async () => {
    asked++
    return [{ address: asked === 1 ? '127.0.0.1' : '192.0.2.1', family: 4 }]
  }
  const url = hook.url.replace('127.0.0.1', 'rebinding.example')
  const answer = await post({ url, headers: {}, body: '{}' }, { allowPrivate: true, resolve, timeout: 500 })
  await hook.close()
  expect([answer, asked]).toEqual([{ ok: true }, 1])
  expect(hook.heard[0]?.headers.host).toMatch(/^rebinding\.example:/)
})
