import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { allowedHosts, isPublicAddress } from './outbound-rules.ts';

/** First address and prefix length, as IANA's registries of special-purpose addresses have them. */
const SPECIAL: [string, number][] = [
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
  ['224.0.0.0', 4],
  ['240.0.0.0', 4],
];

const number = (address: string) => address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
const dotted = (value: number) =>
  [24, 16, 8, 0].map((shift) => Math.floor(value / 2 ** shift) % 256).join('.');
const inside = (value: number) =>
  SPECIAL.some(
    ([first, bits]) => Math.floor(value / 2 ** (32 - bits)) === Math.floor(number(first) / 2 ** (32 - bits)),
  );
const hexPair = (value: number) =>
  `${Math.floor(value / 65_536).toString(16)}:${(value % 65_536).toString(16)}`;

const anyV4 = fc.nat({ max: 2 ** 32 - 1 });
const specialV4 = fc
  .constantFrom(...SPECIAL)
  .chain(([first, bits]) => fc.nat({ max: 2 ** (32 - bits) - 1 }).map((rest) => number(first) + rest));
const group = fc.nat({ max: 0xffff }).map((value) => value.toString(16));

describe('an address of IPv4', () => {
  test('in a special range is never public, any other is', () => {
    fc.assert(
      fc.property(fc.oneof(anyV4, specialV4), (value) => {
        expect(isPublicAddress(dotted(value))).toBe(!inside(value));
      }),
      { numRuns: 1000 },
    );
  });

  test('inside of one of IPv6 is never public, however it is wrapped', () => {
    fc.assert(
      fc.property(fc.oneof(anyV4, specialV4), (value) => {
        const wrapped = [
          `::ffff:${dotted(value)}`,
          `::ffff:${hexPair(value)}`,
          `0:0:0:0:0:FFFF:${hexPair(value)}`,
          `::${dotted(value)}`,
          `64:ff9b::${dotted(value)}`,
          `2002:${hexPair(value)}::1`,
          `2001:0:${hexPair(value)}::1`,
        ];
        for (const address of wrapped) expect([address, isPublicAddress(address)]).toEqual([address, false]);
      }),
    );
  });

  test.each(['2130706433', '0x7f000001', '0177.0.0.1', '127.1', '', 'localhost', '127.0.0.1 ', '1.1.1.1/32'])(
    'spelt as %j is none',
    (text) => {
      expect(isPublicAddress(text)).toBe(false);
    },
  );
});

describe('an address of IPv6', () => {
  test('is public only in the global range', () => {
    fc.assert(
      fc.property(fc.array(group, { minLength: 8, maxLength: 8 }), (groups) => {
        const address = groups.join(':');
        const first = parseInt(groups[0] as string, 16);
        if (first < 0x2000 || first > 0x3fff) expect(isPublicAddress(address)).toBe(false);
      }),
      { numRuns: 1000 },
    );
  });

  test.each([
    '::',
    '::1',
    'fe80::1',
    'fe80::1%eth0',
    '2a00::1%lo',
    'fc00::1',
    'fd00:ec2::254',
    'ff02::1',
    '2001:db8::1',
    '2001::1',
    '2002::1',
    '3fff::1',
    '100::1',
    '64:ff9b:1::1',
  ])('%s is not public', (address) => {
    expect(isPublicAddress(address)).toBe(false);
  });

  test.each(['2606:4700:4700::1111', '2a00:1450:4001::200e', '2001:4860:4860::8888', '2003::1'])(
    '%s is public',
    (address) => {
      expect(isPublicAddress(address)).toBe(true);
    },
  );
});

describe('what an administrator allows', () => {
  const allowed = allowedHosts(['intranet.example', '10.1.0.0/16', 'fd00::/8', '192.168.7.7']);

  test.each([
    ['10.1.2.3', true],
    ['10.2.0.1', false],
    ['192.168.7.7', true],
    ['192.168.7.8', false],
    ['fd12::1', true],
    ['fe80::1', false],
    ['nonsense', false],
  ])('%s: %s', (address, expected) => {
    expect(allowed.hasAddress(address)).toBe(expected);
  });

  test('are names whole, without case', () => {
    expect(
      ['intranet.example', 'INTRANET.example', 'x.intranet.example', 'example'].map(allowed.hasName),
    ).toEqual([true, true, false, false]);
  });

  test.each(['10.0.0.0/33', 'http://x', 'a b', '10.0.0.0/x', '::/129', '-x'])('%j is refused', (entry) => {
    expect(() => allowedHosts([entry])).toThrow(entry);
  });
});
