import { builtInEnv } from './environment.ts';
import { invalid } from './errors.ts';

/** Variables that Argus sets itself (design §5): a task may not. */
const BUILT_IN = new Set(
  Object.keys(builtInEnv({ job: '', task: '', user: null, workflow: null, organization: '', url: '' })),
);

/**
 * The environment of a task, from an object, `KEY=value` lines, or JSON text. Throws an ArgusError that names
 * the variable: a name that is not valid, built in, or that would load code into the interpreter.
 */
export function parseEnv(given: Record<string, string> | string): Record<string, string> {
  const env = typeof given === 'string' ? envFromText(given) : given;
  for (const [name, value] of Object.entries(env)) {
    const field = `env.${name}`.slice(0, 200);
    if (typeof value !== 'string') throw invalid(field, 'must be text');
    if (value.includes('\0') || !value.isWellFormed())
      throw invalid(field, 'must not contain NUL or half a character');
    const problem = problemOfVariable(name);
    if (problem !== undefined) throw invalid(field, problem);
  }
  return env;
}

/** Why a task may not set a variable of this name; undefined where it may. */
export function problemOfVariable(name: string): string | undefined {
  // the last three could not be sent back: no body may have such a key
  if (!/^[A-Za-z_][A-Za-z0-9_]*$/.test(name) || /^(__proto__|constructor|prototype)$/.test(name))
    return 'is not a valid name: letters, digits and _, not a digit first';
  return BUILT_IN.has(name) || name.startsWith('ARGUS_') ? 'is set by Argus itself' : undefined;
}

/** Variables from `KEY=value` lines or JSON text, their names not yet checked. Throws where it is neither. */
export function envFromText(text: string): Record<string, string> {
  const trimmed = text.trim();
  if (trimmed.startsWith('{')) {
    try {
      const value: unknown = JSON.parse(trimmed);
      if (typeof value === 'object' && value !== null) return value as Record<string, string>;
    } catch {
      throw invalid('env', 'begins like JSON but is not');
    }
  }
  const env: [string, string][] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    if (line.trim() === '' || line.trimStart().startsWith('#')) continue;
    const equals = line.indexOf('=');
    if (equals < 1) throw invalid('env', `line ${index + 1} is not KEY=value`);
    env.push([line.slice(0, equals).trim(), line.slice(equals + 1)]);
  }
  return Object.fromEntries(env);
}
