// Which variables a script finds. Supervisor and bot make the environment of a run with it, and the page shows with it
// what a run would get. Apart from what builds schemas: the bot carries none.

/** What of a run its built-in variables tell. */
export interface BuiltInFacts {
  job: string;
  task: string;
  /** Who started it; null where that was no person. */
  user: { id: string; email: string } | null;
  /** The run of a workflow that it is a step of. */
  workflow: { id: string; run: string } | null;
  organization: string;
  /** The address of the supervisor. */
  url: string;
}

/** The built-in variables, all JSON-encoded as existing scripts expect: strings keep their quotes. */
export function builtInEnv({ job, task, user, workflow, organization, url }: BuiltInFacts) {
  return {
    THEEYE_JOB: JSON.stringify({ id: job, task_id: task }),
    THEEYE_JOB_USER: JSON.stringify(
      user === null ? {} : { id: user.id, email: user.email, username: user.email },
    ),
    THEEYE_JOB_WORKFLOW: JSON.stringify(workflow === null ? {} : { id: workflow.id, job_id: workflow.run }),
    THEEYE_ORGANIZATION_NAME: JSON.stringify(organization),
    THEEYE_API_URL: JSON.stringify(url),
  };
}

const ROOT_PATH = '/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin';

/** The variable that marks every process of an attempt, however far it went from its parents. */
export const MARKER = 'ARGUS_ATTEMPT';

type BotEnv = Readonly<Record<string, string | undefined>>;

/** Where scripts look for programs: as root a fixed list, else what the bot was given. */
export function scriptPath(botEnv: BotEnv, isRoot: boolean): string {
  return isRoot ? ROOT_PATH : (botEnv['PATH'] ?? ROOT_PATH);
}

export interface EnvironmentParts {
  user: { name: string; shell: string };
  /** Home that exists. */
  home: string;
  path: string;
  botEnv: BotEnv;
  passEnv: readonly string[];
  /** What the supervisor gives. */
  given: Readonly<Record<string, string>>;
  attempt: string;
  resultFile: string;
  artifactsDirectory: string;
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
    LANG: botEnv['LANG'] ?? 'C.UTF-8',
    ...passed,
    ...given,
    ARGUS_RESULT_FILE: parts.resultFile,
    ARGUS_ARTIFACTS_DIR: parts.artifactsDirectory,
    [MARKER]: parts.attempt,
  };
}
