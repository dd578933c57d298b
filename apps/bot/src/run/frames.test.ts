import fc from 'fast-check';
import { expect, test } from 'vitest';
import { frame, FrameReader } from './frames.ts';

test('frames come out as they went in, however the bytes were cut', () => {
  const frames = fc.array(fc.tuple(fc.constantFrom('O', 'E', 'S'), fc.uint8Array({ maxLength: 50 })), {
    maxLength: 10,
  });
  fc.assert(
    fc.property(frames, fc.array(fc.integer({ min: 1, max: 20 }), { minLength: 1 }), (sent, sizes) => {
      const bytes = Buffer.concat(sent.map(([type, body]) => frame(type, body)));
      const reader = new FrameReader();
      const received: [string, Uint8Array][] = [];
      for (let at = 0, turn = 0; at < bytes.length; turn++) {
        const size = sizes[turn % sizes.length] ?? 1;
        for (const { type, body } of reader.push(bytes.subarray(at, at + size)))
          received.push([type, Uint8Array.from(body)]);
        at += size;
      }
      expect(received).toEqual(sent.map(([type, body]) => [type, Uint8Array.from(body)]));
    }),
  );
});

test('a large frame in many small parts takes linear time', () => {
  const reader = new FrameReader();
  const bytes = frame('O', Buffer.alloc(8 * 1024 * 1024, 'x'));
  let count = 0;
  for (let at = 0; at < bytes.length; at += 1024)
    count += [...reader.push(bytes.subarray(at, at + 1024))].length;
  expect(count).toBe(1);
});
