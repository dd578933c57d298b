import { createServer, type AddressInfo } from 'node:net';
import { startMailSink } from '@argus/testing';
import { pino } from 'pino';
import { expect, test } from 'vitest';
import type { Log } from './log.ts';
import { createMail } from './mail.ts';

const log = pino({ level: 'silent' }) as unknown as Log;
const from = 'Argus <argus@argus.test>';

test('a letter is text, as it was written, to one person', async () => {
  await using sink = await startMailSink();
  const mail = createMail({ smtpUrl: sink.url, from }, log);
  const text =
    'Grüße <b>bold</b>\n\nhttps://argus.test/app/reset#argus_reset_' + 'x'.repeat(90) + '\n.\nend\n';
  expect(await mail.send({ to: 'eve@demo.test', subject: 'Größe <i>', text })).toBe(true);
  const [got] = sink.mails;
  expect(got).toMatchObject({ to: ['eve@demo.test'], subject: 'Größe <i>' });
  expect(got?.text.trimEnd()).toBe(text.trimEnd());
  expect(got?.raw).toMatch(/^Content-Type: text\/plain/im);
  expect(got?.raw).toMatch(/^From: Argus <argus@argus.test>/m);
});

test.each([
  'a@b.test, c@d.test',
  'a@b.test>\r\nRCPT TO:<c@d.test',
  'x@y.test\r\nBcc: c@d.test',
  'a<c@d.test>',
])('the address %j reaches nobody else', async (to) => {
  await using sink = await startMailSink();
  await createMail({ smtpUrl: sink.url, from }, log).send({ to, subject: 's', text: 't' });
  expect(sink.mails.flatMap((one) => one.to).filter((one) => one === 'c@d.test')).toEqual([]);
});

test('a subject cannot begin another header', async () => {
  await using sink = await startMailSink();
  const subject = 'hello\r\nBcc: c@d.test\r\n\r\nbody';
  await createMail({ smtpUrl: sink.url, from }, log).send({ to: 'a@b.test', subject, text: 't' });
  expect(sink.mails.flatMap(({ to }) => to)).toEqual(['a@b.test']);
  expect(sink.mails[0]?.raw).not.toMatch(/^Bcc:/m);
});

test('a server that refuses, is not there or never answers is told as not sent', async () => {
  await using sink = await startMailSink();
  const letter = { to: 'a@b.test', subject: 's', text: 't' };
  const mail = createMail({ smtpUrl: sink.url, from }, log);
  sink.mode = 'refuse';
  expect(await mail.send(letter)).toBe(false);
  const gone = createServer();
  await new Promise<void>((resolve) => gone.listen(0, '127.0.0.1', resolve));
  const { port } = gone.address() as AddressInfo;
  await new Promise((resolve) => gone.close(resolve));
  expect(await createMail({ smtpUrl: `smtp://127.0.0.1:${port}`, from }, log).send(letter)).toBe(false);
  sink.mode = 'hang';
  expect(await mail.send(letter)).toBe(false);
  expect(createMail({ smtpUrl: undefined, from }, log).configured).toBe(false);
});
