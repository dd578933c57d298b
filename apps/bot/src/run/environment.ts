import type { User } from './run-user.ts';

const ROOT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The variable that marks every process of an attempt, however far it went from its parents. */
export const MARKER = 'ARGUS_ATTEMPT';

/** Where scripts look for programs: as root a fixed list, else what the bot was given. */
export function scriptPath(botEnv: NodeJS.ProcessEnv, isRoot: boolean): string {
  return isRoot ? ROOT_PATH : (botEnv.PATH ?? ROOT_PATH);
}

export interface EnvironmentParts {
  user: User;
  /** Home that exists. */
  home: string;
  path: string;
  botEnv: NodeJS.ProcessEnv;
  passEnv: readonly string[];
  /** What the supervisor gives. */
  given: Readonly<Record<string, string>>;
  attempt: string;
  resultFile: string;
}

/** The whole environment of a script. The bot's own reaches it only by the names that its settings pass on. */
export function scriptEnvironment(parts: EnvironmentParts): Record<string, string> {
  const { user, botEnv, given } = parts;
  const passed = Object.fromEntries(
    ['TZ', ...parts.passEnv].flatMap((name) => (botEnv[name] === undefined ? [] : [[name, botEnv[name]]])),
  );
  return {
    PATH: parts.path,
    HOME: parts.home,
    USER: user.name,
    LOGNAME: user.name,
    SHELL: /(nologin|false)$/.test(user.shell) || user.shell === '' ? '/bin/sh' : user.shell,
    LANG: botEnv.LANG ?? 'C.UTF-8',
    ...passed,
    ...given,
    ARGUS_RESULT_FILE: parts.resultFile,
    [MARKER]: parts.attempt,
  };
}

/** Arguments and variables end at a NUL: what holds one cannot be passed whole. */
export function refuseNul(texts: readonly string[]): void {
  if (texts.some((text) => text.includes('\0')))
    throw new Error('an argument or a variable holds a NUL character, which no program can receive');
}
