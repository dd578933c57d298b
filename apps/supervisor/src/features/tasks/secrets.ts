import {
  asText,
  badSecretReference,
  secretNames,
  type ArgumentDefinition,
  type FieldError,
  type TypeSettings,
} from '@argus/contract';

/** What of a task may name secrets: its environment, its fixed arguments, and the request of an HTTP task. */
export interface MayNameSecrets {
  env: Readonly<Record<string, string>>;
  definitions: readonly ArgumentDefinition[];
  settings: Partial<TypeSettings>;
}

function fieldsOf({ env, definitions, settings: { request } }: MayNameSecrets): [string, string][] {
  return [
    ...Object.entries(env).map(([name, text]): [string, string] => [`env.${name}`, text]),
    ...definitions
      .filter(({ type }) => type === 'fixed')
      .map(({ order, value }): [string, string] => [`task_arguments[${order}].value`, asText(value)]),
    ...(request
      ? [
          ['request.url', request.url] as [string, string],
          ...Object.entries(request.headers).map(([name, text]): [string, string] => [
            `request.headers.${name}`,
            text,
          ]),
          ['request.body', request.body] as [string, string],
        ]
      : []),
  ];
}

/** The secrets that a task names, each once, by name. */
export function secretsOf(task: MayNameSecrets): string[] {
  return secretNames(fieldsOf(task).map(([, text]) => text));
}

/** What was meant to name a secret, and cannot. */
export function problemsOfSecrets(task: MayNameSecrets): FieldError[] {
  return fieldsOf(task).flatMap(([field, text]) => {
    const bad = badSecretReference(text);
    return bad === undefined ? [] : [{ field, message: badReference(bad) }];
  });
}

/** Why `{secret:…}` is refused. */
export function badReference(reference: string): string {
  return `${reference} names no secret: a letter first, then letters, digits, _, - and .`;
}

/** Why a task or a workflow cannot run: secrets that it names and that there are not. */
export function problemsOfMissing(missing: readonly string[]): string[] {
  return missing.map((name) => `There is no secret ${name}: keep it under Settings → Secrets.`);
}
