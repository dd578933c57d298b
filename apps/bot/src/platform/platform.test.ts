import { execFileSync } from 'node:child_process';
import { totalmem } from 'node:os';
import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { parseAccount, parseVmStat } from './darwin.ts';
import { platformOf } from './index.ts';
import { parseAvailable } from './linux.ts';
import { groupsOf, parsePasswd } from './passwd.ts';
import { shellWords } from '@argus/contract/shell-words';
import { systemdPath, windowsCommandLine, xmlText } from './quoting.ts';

/** How the C runtime of Windows splits a command line behind the program's name, by its published rules. */
function splitAsWindows(line: string): string[] {
  const words: string[] = [];
  let word = '';
  let isQuoted = false;
  let isWord = false;
  for (let i = 0; i < line.length;) {
    const backslashes = /^\\*/.exec(line.slice(i))![0].length;
    if (line[i + backslashes] === '"') {
      word += '\\'.repeat(Math.floor(backslashes / 2));
      if (backslashes % 2 === 1) word += '"';
      else isQuoted = !isQuoted;
      isWord = true;
      i += backslashes + 1;
    } else if (backslashes > 0) {
      word += '\\'.repeat(backslashes);
      isWord = true;
      i += backslashes;
    } else if (!isQuoted && /[ \t]/.test(line[i]!)) {
      if (isWord) words.push(word);
      word = '';
      isWord = false;
      i++;
    } else {
      word += line[i++];
      isWord = true;
    }
  }
  return isWord ? [...words, word] : words;
}

const words = fc.array(fc.string({ unit: fc.constantFrom('a', ' ', '"', '\\', "'", '$', '%', '\t', 'é') }), {
  minLength: 1,
  maxLength: 5,
});

describe('words in one line', () => {
  test('are split by Windows into what they were', () => {
    fc.assert(
      fc.property(words, (given) => {
        expect(splitAsWindows(windowsCommandLine(given))).toEqual(given);
      }),
    );
  });

  test.each([
    [['plain', 'C:\\a\\b.exe'], 'plain C:\\a\\b.exe'],
    [['with space', ''], '"with space" ""'],
    [['say "hi"'], '"say \\"hi\\""'],
    [['ends \\'], '"ends \\\\"'],
  ])('%j is %s on Windows', (given, line) => {
    expect(windowsCommandLine(given)).toBe(line);
  });

  test('are split by a POSIX shell into what they were', () => {
    const given = ['plain', '', "it's", 'a b', '$HOME', '`x`', '"', '\\', 'a\nb'];
    const said = execFileSync('sh', ['-c', `printf '%s\\0' ${shellWords(given)}`], { encoding: 'utf8' });
    expect(said.split('\0').slice(0, -1)).toEqual(given);
  });
});

describe('a path in a service file', () => {
  test('keeps its percent signs under systemd, and is refused where it holds a space', () => {
    expect(systemdPath('/opt/50%/argus')).toBe('/opt/50%%/argus');
    expect(() => systemdPath('/opt/my argus')).toThrow(/has a space or a quote/);
  });

  test('is text in XML', () => {
    expect(xmlText('/a&b/<c>/"d"')).toBe('/a&amp;b/&lt;c&gt;/&quot;d&quot;');
  });
});

describe('a command name', () => {
  const { executableNames } = platformOf('win32');

  test('stands for files with the extensions of PATHEXT on Windows, and for itself elsewhere', () => {
    expect(executableNames('python', { PATHEXT: '.EXE;.CMD' })).toEqual(['python.EXE', 'python.CMD']);
    expect(executableNames('python', {})).toContain('python.EXE');
    expect(executableNames('run.cmd', { PATHEXT: '.EXE;.CMD' })[0]).toBe('run.cmd');
    expect(platformOf('linux').executableNames('python', {})).toEqual(['python']);
  });
});

describe('a process tree', () => {
  test('is ended by taskkill on Windows, and by its group elsewhere', () => {
    expect(platformOf('win32').killTree(42)).toEqual(['taskkill', '/PID', '42', '/T', '/F']);
    expect(platformOf('linux').killTree(42)).toBeNull();
    expect(platformOf('darwin').killTree(42)).toBeNull();
  });
});

describe('memory that programs could still have', () => {
  test('is what the kernel of Linux says, in bytes; an old one says nothing', () => {
    const meminfo = 'MemTotal:        8131588 kB\nMemFree:          201316 kB\nMemAvailable:    5082316 kB\n';
    expect(parseAvailable(meminfo)).toBe(5082316 * 1024);
    expect(parseAvailable('MemTotal:        8131588 kB\nMemFree:          201316 kB\n')).toBeUndefined();
  });

  test('is free, inactive and speculative pages on macOS', () => {
    const said = [
      'Mach Virtual Memory Statistics: (page size of 16384 bytes)',
      'Pages free:                                3000.',
      'Pages active:                            400000.',
      'Pages inactive:                          200000.',
      'Pages speculative:                         1000.',
    ];
    expect(parseVmStat(said.join('\n'))).toBe(204_000 * 16_384);
    expect(parseVmStat(said.slice(0, 3).join('\n'))).toBeUndefined();
    expect(parseVmStat('')).toBeUndefined();
  });

  test('of this machine is some, and not more than it has', () => {
    const available = platformOf(process.platform).availableMemory();
    expect(available).toBeGreaterThan(2 ** 20);
    expect(available).toBeLessThanOrEqual(totalmem());
  });
});

describe('an account', () => {
  test('is read from a line of passwd with the groups that name it', () => {
    expect(parsePasswd('run:x:998:997:A User:/nonexistent:/usr/sbin/nologin\n')).toEqual({
      uid: 998,
      gid: 997,
      home: '/nonexistent',
      shell: '/usr/sbin/nologin',
    });
    expect(parsePasswd('')).toBeUndefined();
    expect(groupsOf('run', 'root:x:0:\ndocker:x:5:me,run\nrunners:x:6:runner\nlast:x:7:run')).toEqual([5, 7]);
  });

  test('is read from what macOS says', () => {
    const said =
      'name: _argus\npassword: *\nuid: 501\ngid: 20\ndir: /var/empty\nshell: /usr/bin/false\ngecos: A: b\n\n';
    expect(parseAccount('_argus', said, '20 12 61\n')).toEqual({
      name: '_argus',
      uid: 501,
      gid: 20,
      groups: [20, 12, 61],
      home: '/var/empty',
      shell: '/usr/bin/false',
    });
    expect(parseAccount('nobody', '', '')).toBeUndefined();
  });

  test('of this machine is found, and one that is not there is not', () => {
    const here = platformOf(process.platform);
    expect(here.account('root')).toMatchObject({ uid: 0, gid: 0 });
    expect(here.account('no-such-user-here')).toBeUndefined();
    expect(here.makeAccount('argus-run')).toContain('argus-run');
  });

  test('of another user cannot be taken on Windows', () => {
    expect(platformOf('win32').makeAccount('argus-run')).toBeUndefined();
    expect(platformOf('win32').account('argus-run')).toBeUndefined();
  });
});
