import { freemem } from 'node:os';
import { win32 } from 'node:path';
import type { Platform } from './index.ts';
import { windowsCommandLine, xmlText } from './quoting.ts';

export const windows: Platform = {
  name: 'windows',
  bootId: () => undefined,
  executableNames,
  commandLine: windowsCommandLine,
  killTree: (pid) => ['taskkill', '/PID', String(pid), '/T', '/F'],
  socketPathMax: Infinity,
  availableMemory: freemem,
  hasLoad: false,
  account: () => undefined,
  makeAccount: () => undefined,
  service: {
    template: 'windows/argus-bot.xml',
    root: 'C:\\Argus',
    target: 'C:\\ProgramData\\Argus\\service\\argus-bot.xml',
    directory: 'C:\\ProgramData\\Argus\\bot',
    activate: ['argus-bot.exe install', 'argus-bot.exe start'],
    escape: xmlText,
  },
};

const USUAL_EXTENSIONS = '.COM;.EXE;.BAT;.CMD';

/** `python` may be `python.EXE`; a name that has such an extension already is tried as it is, first. */
function executableNames(command: string, env: NodeJS.ProcessEnv): string[] {
  const extensions = (env.PATHEXT ?? USUAL_EXTENSIONS).split(';').filter((text) => text.startsWith('.'));
  const own = win32.extname(command).toLowerCase();
  const isWhole = extensions.some((extension) => extension.toLowerCase() === own);
  return [...(isWhole ? [command] : []), ...extensions.map((extension) => `${command}${extension}`)];
}
