import { resolve } from 'node:path';
import { describe, expect, test } from 'vitest';
import { readSettings, SETTINGS, SettingsError } from './settings.ts';

describe('settings', () => {
  test('have defaults that start on a fresh machine', () => {
    expect(readSettings({})).toMatchObject({
      host: '127.0.0.1',
      port: 8080,
      publicUrl: '',
      dataDir: resolve('data'),
      databaseUrl: undefined,
      customer: 'demo',
      adminEmail: 'admin@localhost',
      adminPassword: undefined,
      localBot: true,
      botSlots: 10,
      tls: undefined,
      trustedProxies: [],
      logLevel: 'info',
    });
  });

  test('come from the environment, and an empty variable is as good as none', () => {
    expect(readSettings({ ARGUS_PORT: '9000', ARGUS_LOCAL_BOT: '0' })).toMatchObject({
      port: 9000,
      localBot: false,
    });
    expect(readSettings({ ARGUS_PORT: '' }).port).toBe(8080);
  });

  test('flags win over the environment, in both spellings', () => {
    expect(readSettings({ ARGUS_PORT: '9000' }, ['--port', '9001']).port).toBe(9001);
    expect(readSettings({}, ['--data-dir=/srv/a=b']).dataDir).toBe('/srv/a=b');
  });

  test('a public address loses the slash at its end, proxies are a list', () => {
    const settings = readSettings({
      ARGUS_PUBLIC_URL: 'https://argus.example.com/base//',
      ARGUS_TRUSTED_PROXIES: '10.0.0.1, 10.1.0.0/16,',
    });
    expect(settings.publicUrl).toBe('https://argus.example.com/base');
    expect(settings.trustedProxies).toEqual(['10.0.0.1', '10.1.0.0/16']);
  });

  test.each([
    ['ARGUS_PORT', '80a'],
    ['ARGUS_PORT', '-1'],
    ['ARGUS_PORT', '65536'],
    ['ARGUS_PORT', '1.5'],
    ['ARGUS_CUSTOMER', 'Demo'],
    ['ARGUS_CUSTOMER', 'task'],
    ['ARGUS_CUSTOMER', 'a'],
    ['ARGUS_ADMIN_EMAIL', 'nobody'],
    ['ARGUS_ADMIN_PASSWORD', 'short'],
    ['ARGUS_ADMIN_TOKEN', 'x'.repeat(31)],
    ['ARGUS_SECRET_KEY', 'x'.repeat(31)],
    ['ARGUS_LOCAL_BOT', 'yes'],
    ['ARGUS_BOT_SLOTS', '0'],
    ['ARGUS_PUBLIC_URL', 'argus.example.com'],
    ['ARGUS_TLS_CERT', '/cert.pem'],
    ['ARGUS_LOG_LEVEL', 'loud'],
    ['ARGUS_SMTP_URL', 'mail.example.com'],
  ])('%s=%s is refused by name', (variable, value) => {
    expect(() => readSettings({ [variable]: value })).toThrow(SettingsError);
    expect(() => readSettings({ [variable]: value })).toThrow(variable);
  });

  test('a mail server needs a sender that is one', () => {
    const smtp = { ARGUS_SMTP_URL: 'smtp://user:password@mail.example.com:587' };
    for (const from of [undefined, 'nobody', 'Argus <nobody>', 'a b@example.com'])
      expect(() => readSettings({ ...smtp, ARGUS_MAIL_FROM: from })).toThrow('ARGUS_MAIL_FROM');
    for (const from of ['argus@example.com', 'Argus <argus@example.com>'])
      expect(readSettings({ ...smtp, ARGUS_MAIL_FROM: from })).toMatchObject({ mailFrom: from });
  });

  test('a secret that is refused is not repeated in the message', () => {
    expect(() => readSettings({ ARGUS_ADMIN_PASSWORD: 'sesame' })).not.toThrow(/sesame/);
  });

  test('a flag that does not exist or lacks its value is refused', () => {
    expect(() => readSettings({}, ['--nope', '1'])).toThrow(/--nope is no flag/);
    expect(() => readSettings({}, ['--port'])).toThrow(/--port needs a value/);
  });

  test('each has its own variable and says what it is for', () => {
    const variables = Object.values(SETTINGS).map(({ variable }) => variable);
    expect(new Set(variables).size).toBe(variables.length);
    for (const { variable, help } of Object.values(SETTINGS)) {
      expect(variable).toMatch(/^ARGUS_[A-Z_]+$/);
      expect(help).toMatch(/\.$/);
    }
  });
});
