import fc from 'fast-check';
import { expect, test } from 'vitest';
import { Backoff } from './backoff.ts';
import { Refused } from './http.ts';

const away = new Error('connect ECONNREFUSED');
const chance = fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true });

test('a supervisor that is away is asked again at once, six times within 5 s, and at least each 15 s', () => {
  fc.assert(
    fc.property(fc.array(chance, { minLength: 6, maxLength: 40 }), (chances) => {
      const backoff = new Backoff();
      const waits = chances.map((luck) => backoff.next(away, () => luck));
      expect(waits[0]).toBeLessThan(200);
      expect(waits.slice(0, 6).reduce((sum, ms) => sum + ms, 0)).toBeLessThan(5_000);
      for (const ms of waits) expect(ms).toBeLessThanOrEqual(15_000);
      backoff.reset();
      expect(backoff.next(away, () => 0.99)).toBeLessThan(200);
    }),
  );
});

test('one that says how long is asked again then, spread over a moment', () => {
  const refused = (seconds: string) =>
    new Refused(503, { 'retry-after': seconds }, Buffer.from('{"message":"stopping"}'));
  const backoff = new Backoff();
  for (let failure = 0; failure < 10; failure++) {
    expect(backoff.next(refused('0'), () => 0.5)).toBeLessThan(200);
    expect(backoff.next(refused('3'), () => 0.5)).toBeGreaterThanOrEqual(3_000);
  }
});
