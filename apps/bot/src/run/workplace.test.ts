import { chownSync, linkSync, mkdtempSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { Workplace } from './workplace.ts';

const isRoot = process.getuid?.() === 0;
/** Any user but root and who runs this. */
const UID = 12_345;
const user = {
  name: 'somebody',
  uid: isRoot ? UID : (process.getuid?.() ?? 0),
  groups: [],
  gid: isRoot ? UID : (process.getgid?.() ?? 0),
  home: '/',
  shell: '/bin/sh',
  switched: isRoot,
};

let home: string;
let workplace: Workplace;
beforeEach(() => {
  home = mkdtempSync(join(tmpdir(), 'argus-workplace-'));
  const script = join(home, 'script');
  writeFileSync(script, '');
  workplace = new Workplace(home, 'a.1', user);
  workplace.prepare(script, 'x.sh');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

describe('the result file of a script', () => {
  test('is read where the script wrote it', () => {
    writeFileSync(workplace.resultFile, '{"state":"success"}');
    if (isRoot) chownSync(workplace.resultFile, UID, UID);
    expect(workplace.readResult()).toBe('{"state":"success"}');
  });

  test('is nothing where it is a link to a file of the bot, be it by another name of it', () => {
    const secret = join(home, 'credential');
    writeFileSync(secret, '{"data":["of the bot"]}', { mode: 0o600 });
    symlinkSync(secret, workplace.resultFile);
    expect(workplace.readResult()).toBeNull();
    rmSync(workplace.resultFile);
    if (!isRoot) return;
    linkSync(secret, workplace.resultFile);
    expect(workplace.readResult()).toBeNull();
  });

  test.runIf(isRoot)('is read where root wrote it on behalf of the script', () => {
    writeFileSync(workplace.resultFile, '{"state":"failure"}', { mode: 0o600 });
    expect(workplace.readResult()).toBe('{"state":"failure"}');
  });
});
