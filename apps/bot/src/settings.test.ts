import { describe, expect, test } from 'vitest';
import { checkUrl, readSettings, sanitizeHostname } from './settings.ts';

describe('settings', () => {
  test('flags win over variables, and both over defaults', () => {
    const settings = readSettings(['--slots', '3', '--data-dir', '/d'], {
      ARGUS_BOT_SLOTS: '5',
      ARGUS_URL: 'https://a.example/',
      ARGUS_BOT_PASS_ENV: 'A, B C',
      ARGUS_BOT_LABELS: 'GPU rack:7,gpu',
    });
    expect(settings).toMatchObject({
      slots: 3,
      directory: '/d',
      url: 'https://a.example',
      passEnv: ['A', 'B', 'C'],
      labels: ['gpu', 'rack:7'],
      minFreeBytes: 64 * 2 ** 20,
      logLevel: 'info',
      withParent: false,
      enroll: false,
    });
  });

  test.each([
    'http://127.0.0.1:8080',
    'http://localhost',
    'http://[::1]:1',
    'https://argus.example:8443/base',
  ])('%s is a supervisor', (url) => {
    expect(checkUrl(url)).toBe(url);
  });

  test.each(['http://argus.example', 'http://127.0.0.1.example', 'http://10.0.0.1'])(
    '%s would carry the credential in clear',
    (url) => {
      expect(() => checkUrl(url)).toThrow(/would send the credential unencrypted: use https/);
    },
  );

  test.each([
    [['--nosuch'], {}, /--nosuch[^]*--data-dir \(ARGUS_BOT_DIR\)/],
    [[], { ARGUS_BOT_SLOTS: 'many' }, /ARGUS_BOT_SLOTS is many: use a number/],
    [[], { ARGUS_LOG_LEVEL: 'loud' }, /use one of debug, info/],
    [[], { ARGUS_BOT_LABELS: 'gpu, no/label!' }, /"no\/label!" is no label/],
    [[], { ARGUS_BOT_MIN_FREE_MB: 'much' }, /ARGUS_BOT_MIN_FREE_MB is much: use a whole number/],
    [[], { ARGUS_URL: 'argus.example' }, /no address of a supervisor/],
  ] as const)('%j with %j is refused with what to do', (argv, env, sentence) => {
    expect(() => readSettings(argv, env)).toThrow(sentence);
  });

  test('a host name becomes one that an enrolment accepts', () => {
    expect(sanitizeHostname('-Büro PC_1.local')).toBe('B-ro-PC_1.local');
    expect(sanitizeHostname('!!!')).toBe('bot');
  });
});
