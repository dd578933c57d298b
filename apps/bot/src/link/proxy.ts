import { BlockList, isIP } from 'node:net';
import { Problem } from '../problem.ts';

/** The variables that say which proxy to use, as curl reads them; the lower-case one wins. */
const PROXY = ['https_proxy', 'HTTPS_PROXY', 'all_proxy', 'ALL_PROXY'];
const EXCEPT = ['no_proxy', 'NO_PROXY'];

export interface Proxy {
  /** The variable that names it. */
  variable: string;
  /** With its credentials: not for people. */
  address: string;
  /** For people. */
  shown: string;
}

/**
 * The proxy on the way to this address, by the environment. There is none to this machine itself, nor for plain http,
 * which goes nowhere else.
 * @throws Problem where the variable names no HTTP proxy
 */
export function proxyFor(url: string, env: NodeJS.ProcessEnv): Proxy | undefined {
  const { protocol, hostname, port } = new URL(url);
  if (protocol !== 'https:' || isLoopback(hostname)) return undefined;
  const variable = PROXY.find((name) => env[name]?.trim());
  if (variable === undefined) return undefined;
  const exceptions = EXCEPT.map((name) => env[name]?.trim()).find(Boolean) ?? '';
  if (isExempt(bare(hostname), Number(port || 443), exceptions)) return undefined;
  const text = env[variable]!.trim();
  const address = URL.parse(text.includes('://') ? text : `http://${text}`);
  if (!address || !/^https?:$/.test(address.protocol))
    throw new Problem(`${variable} is no HTTP proxy: use http://HOST:PORT, or name this host in NO_PROXY`);
  return { variable, address: address.href, shown: address.host };
}

/** Whether a host is on a list such as `.internal,10.0.0.0/8,web-1:8443`; `*` is everything. */
export function isExempt(hostname: string, port: number, list: string): boolean {
  return list
    .split(/[\s,]+/)
    .filter((entry) => entry !== '')
    .some((entry) => matches(hostname.toLowerCase(), port, entry.toLowerCase()));
}

function matches(hostname: string, port: number, entry: string): boolean {
  if (entry === '*') return true;
  if (entry.includes('/')) return isInRange(hostname, entry);
  if (isIP(bare(entry)) !== 0) return bare(entry) === hostname;
  const [, name = '', number] = /^\[?(.*?)\]?(?::(\d+))?$/.exec(entry) ?? [];
  if (number !== undefined && Number(number) !== port) return false;
  const domain = name.replace(/^\*?\./, '');
  return hostname === domain || hostname.endsWith(`.${domain}`);
}

function isInRange(hostname: string, entry: string): boolean {
  const [address = '', bits] = entry.split('/');
  const family = isIP(address) === 6 ? 'ipv6' : 'ipv4';
  if (isIP(address) === 0 || isIP(hostname) !== isIP(address)) return false;
  const prefix = Number(bits);
  if (!Number.isInteger(prefix) || prefix < 0 || prefix > (family === 'ipv6' ? 128 : 32)) return false;
  const range = new BlockList();
  range.addSubnet(address, prefix, family);
  return range.check(hostname, family);
}

/** Without the brackets of an IPv6 address. */
function bare(hostname: string): string {
  return hostname.replace(/^\[(.*)\]$/, '$1');
}

export function isLoopback(hostname: string): boolean {
  return hostname === 'localhost' || bare(hostname) === '::1' || /^127(\.\d+){3}$/.test(hostname);
}
