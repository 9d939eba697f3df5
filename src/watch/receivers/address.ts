import { lookup } from 'node:dns/promises'
import { BlockList, isIP } from 'node:net'
import { RapportError } from '../../errors.ts'

/** Where a connection goes: the very address that was checked, so that a name cannot lead elsewhere a moment later. */
export interface Checked {
  address: string
  family: 4 | 6
}

export type Resolve = (host: string) => Promise<{ address: string; family: number }[]>

const systemResolve: Resolve = (host) => lookup(host, { all: true, verbatim: true })

const closed = new BlockList()
for (const [network, prefix] of [
  ['0.0.0.0', 8],
  ['10.0.0.0', 8],
  ['100.64.0.0', 10],
  ['127.0.0.0', 8],
  ['169.254.0.0', 16],
  ['172.16.0.0', 12],
  ['192.0.0.0', 24],
  ['192.0.2.0', 24],
  ['192.88.99.0', 24],
  ['192.168.0.0', 16],
  ['198.18.0.0', 15],
  ['198.51.100.0', 24],
  ['203.0.113.0', 24],
  ['224.0.0.0', 3],
] as const)
  closed.addSubnet(network, prefix, 'ipv4')
/** Of IPv6 the public part alone, less what carries another address inside or is for examples. */
const open6 = new BlockList()
open6.addSubnet('2000::', 3, 'ipv6')
for (const [network, prefix] of [
  ['2001::', 23],
  ['2001:db8::', 32],
  ['2002::', 16],
  ['3fff::', 20],
] as const)
  closed.addSubnet(network, prefix, 'ipv6')

/** Is it an address of this machine, of a private network, or of no network at all? */
export function isPrivate(address: string): boolean {
  if (isIP(address) === 4) return closed.check(address, 'ipv4')
  return !open6.check(address, 'ipv6') || closed.check(address, 'ipv6')
}

/** Resolves a name and refuses it where any of its addresses is private, unless that is allowed. */
export async function checkAddress(
  host: string,
  { allowPrivate, resolve = systemResolve }: { allowPrivate: boolean; resolve?: Resolve },
): Promise<Checked> {
  const name = host.replace(/^\[(.*)\]$/, '$1')
  const found = isIP(name) ? [{ address: name, family: isIP(name) }] : await resolve(name)
  const [first] = found
  if (!first) throw refused(`${host} has no address.`, host, 'Check the name of the receiver.')
  const closedOne = allowPrivate ? undefined : found.find(({ address }) => isPrivate(address))
  if (closedOne)
    throw refused(
      `${host} is ${closedOne.address}, an address of this machine or of a private network.`,
      host,
      'Say "allow_private: true" in the receiver where that is meant.',
    )
  return { address: first.address, family: first.family === 6 ? 6 : 4 }
}

function refused(message: string, where: string, fix: string): RapportError {
  return new RapportError({ code: 'address-refused', message, where, fix }, 2)
}
