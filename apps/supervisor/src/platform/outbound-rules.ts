import { BlockList, isIP, isIPv4 } from 'node:net';

/**
 * IPv4 that is no address of the internet: this network, private, shared by carriers, loopback, link-local, protocol
 * assignments, documentation, 6to4 relays, benchmarks, multicast, reserved and broadcast (IANA's special-purpose list).
 */
const SPECIAL_V4: readonly string[] = [
  '0.0.0.0/8',
  '10.0.0.0/8',
  '100.64.0.0/10',
  '127.0.0.0/8',
  '169.254.0.0/16',
  '172.16.0.0/12',
  '192.0.0.0/24',
  '192.0.2.0/24',
  '192.88.99.0/24',
  '192.168.0.0/16',
  '198.18.0.0/15',
  '198.51.100.0/24',
  '203.0.113.0/24',
  '224.0.0.0/4',
  '240.0.0.0/4',
];

/** Of IPv6 only this is the internet; loopback, mapped IPv4, NAT64, unique-local, link-local, multicast are outside. */
const GLOBAL_V6 = '2000::/3';
/** Inside of it: protocol assignments with Teredo, documentation, and 6to4, which wraps any IPv4. */
const SPECIAL_V6: readonly string[] = ['2001::/23', '2001:db8::/32', '2002::/16', '3fff::/20'];

const special = listOf([...SPECIAL_V4, ...SPECIAL_V6]);
const global6 = listOf([GLOBAL_V6]);

/** Whether an IP address is one of the internet: nothing that only this machine or its network can reach. */
export function isPublicAddress(address: string): boolean {
  if (isIPv4(address)) return !special.check(address, 'ipv4');
  // a zone names an interface of this machine
  if (isIP(address) !== 6 || address.includes('%')) return false;
  return global6.check(address, 'ipv6') && !special.check(address, 'ipv6');
}

/** What may be called although it is not public. */
export interface AllowedHosts {
  /** Whether the name itself is listed. */
  hasName(hostname: string): boolean;
  /** Whether an IP address is in a listed network. */
  hasAddress(address: string): boolean;
}

/** Reads host names, IP addresses and networks (`10.1.0.0/16`). Throws a sentence about an entry that is none. */
export function allowedHosts(entries: readonly string[]): AllowedHosts {
  const names = new Set<string>();
  const networks: string[] = [];
  for (const entry of entries) {
    if (isNetwork(entry)) networks.push(entry);
    else if (isIP(entry)) networks.push(`${entry}/${isIPv4(entry) ? 32 : 128}`);
    else if (/^[a-z0-9_]([a-z0-9._-]*[a-z0-9])?$/i.test(entry)) names.add(entry.toLowerCase());
    else throw new Error(`${entry} is no host name, address or network like 10.1.0.0/16`);
  }
  const list = listOf(networks);
  return {
    hasName: (hostname) => names.has(hostname.toLowerCase()),
    hasAddress: (address) => isIP(address) !== 0 && list.check(address, isIPv4(address) ? 'ipv4' : 'ipv6'),
  };
}

function isNetwork(text: string): boolean {
  const [address = '', bits = ''] = text.split('/', 2);
  const kind = isIP(address);
  return kind !== 0 && /^\d{1,3}$/.test(bits) && Number(bits) <= (kind === 4 ? 32 : 128);
}

function listOf(networks: readonly string[]): BlockList {
  const list = new BlockList();
  for (const network of networks) {
    const [address = '', bits] = network.split('/', 2);
    list.addSubnet(address, Number(bits), isIPv4(address) ? 'ipv4' : 'ipv6');
  }
  return list;
}
