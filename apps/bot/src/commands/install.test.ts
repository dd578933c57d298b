import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { platformOf } from '../platform/index.ts';
import { serviceFile } from './install.ts';

const ROOT = resolve(import.meta.dirname, '../../../..');
const packaging = join(ROOT, 'packaging');
const units = mkdtempSync(join(tmpdir(), 'units-'));
afterAll(() => rmSync(units, { recursive: true, force: true }));

const analyze = (...words: string[]) => spawnSync('systemd-analyze', words, { encoding: 'utf8' });
const hasSystemd = analyze('--version').status === 0;

/** What systemd finds wrong with a unit, as it would be installed. */
function complaints(unit: string): string {
  const { status, stdout, stderr } = analyze(
    'verify',
    '--man=no',
    '--recursive-errors=no',
    join(units, unit),
  );
  return status === 0 ? stderr : `exit code ${status}: ${stdout}${stderr}`;
}

describe('a service', () => {
  const { service } = platformOf('linux');
  const packaged = readFileSync(join(packaging, service.template), 'utf8');

  test.runIf(hasSystemd)('of the bot is a unit that systemd accepts, packaged and installed', () => {
    const usual = { root: service.root, directory: service.directory };
    expect(serviceFile(service, packaged, usual)).toBe(packaged);
    writeFileSync(join(units, 'argus-bot.service'), serviceFile(service, packaged, { ...usual, root: ROOT }));
    expect(complaints('argus-bot.service')).toBe('');
    writeFileSync(
      join(units, 'argus-bot.service'),
      serviceFile(service, packaged, { root: ROOT, directory: '/srv/argus/50%' }),
    );
    expect(complaints('argus-bot.service')).toBe('');
  });

  test.runIf(hasSystemd)(
    'of the server is one too, also with the settings for a server without a bot',
    () => {
      const server = readFileSync(join(packaging, 'systemd/argus.service'), 'utf8');
      // the working directory and the user are of the machine it is installed on
      writeFileSync(join(units, 'argus.service'), server.replaceAll('/opt/argus', ROOT));
      expect(complaints('argus.service')).toBe('');
      cpSync(join(packaging, 'systemd/argus.service.d'), join(units, 'argus.service.d'), { recursive: true });
      expect(complaints('argus.service')).toBe('');
    },
  );

  test.runIf(hasSystemd)('of the nightly backup is one, and so is its timer', () => {
    for (const name of ['argus-backup.service', 'argus-backup.timer']) {
      const unit = readFileSync(join(packaging, 'systemd', name), 'utf8');
      writeFileSync(join(units, name), unit.replaceAll('/opt/argus', ROOT));
    }
    expect(complaints('argus-backup.service')).toBe('');
    expect(complaints('argus-backup.timer')).toBe('');
  });

  test.runIf(hasSystemd)('with a mistake in it would be noticed', () => {
    writeFileSync(join(units, 'wrong.service'), packaged.replace('KillMode=process', 'KillMode=nobody'));
    expect(complaints('wrong.service')).toMatch(/kill mode/);
  });

  test('of a bot lets scripts outlive it, and stays down after a drain', () => {
    const settings = new Map(packaged.split('\n').map((line) => line.split('=') as [string, string]));
    expect(settings.get('KillMode')).toBe('process');
    expect(settings.get('Delegate')).toBe('yes');
    expect(settings.get('Restart')).toBe('on-failure');
    // what binds scripts, too, or gives them other directories after a restart of the bot
    for (const name of ['ExecStop', 'PrivateTmp', 'NoNewPrivileges', 'ProtectSystem', 'User'])
      expect(settings.has(name), name).toBe(false);
  });

  test.each(['darwin', 'win32'] as const)(
    'for %s is well-formed XML with the places of the machine',
    (system) => {
      const { service } = platformOf(system);
      const file = serviceFile(service, readFileSync(join(packaging, service.template), 'utf8'), {
        root: '/srv/a&b',
        directory: '/srv/<bots>',
      });
      expect(file).not.toContain(service.root);
      expect(file).toContain('/srv/a&amp;b');
      expect(file).toContain('/srv/&lt;bots&gt;');
      const parse = 'import sys, xml.dom.minidom; xml.dom.minidom.parseString(sys.stdin.buffer.read())';
      execFileSync('python3', ['-c', parse], { input: file });
    },
  );
});

test('what is installed says in --dry-run what it would be, and writes nothing', () => {
  const directory = join(units, 'bot');
  mkdirSync(directory);
  const main = join(ROOT, 'apps/bot/src/main.ts');
  const said = execFileSync(process.execPath, [main, 'install', '--dry-run', '--data-dir', directory], {
    encoding: 'utf8',
  });
  expect(said).toContain(`Environment=ARGUS_BOT_DIR=${directory}\n`);
  expect(said).toContain(`WorkingDirectory=${ROOT}\n`);
  expect(said).not.toContain('StateDirectory');
});
