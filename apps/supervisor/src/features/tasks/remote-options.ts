import { ArgusError, type ArgumentOption } from '@argus/contract';
import type { Outbound } from '../../platform/outbound.ts';
import type { TaskRow } from './queries.ts';

/** Choices that a form can still show. */
const OPTIONS_MAX = 10_000;
const TEXT_MAX = 1000;

/**
 * What a remote-options argument may be, as its address answers now. Throws `not_found` where the task has no such
 * argument, `remote_failed` where the address gives no list of choices.
 */
export async function remoteOptions(
  outbound: Outbound,
  task: Pick<TaskRow, 'task_arguments'>,
  order: number,
  { email, signal }: { email: string | null; signal: AbortSignal },
): Promise<ArgumentOption[]> {
  const definition = task.task_arguments.find((one) => one.order === order);
  if (definition?.type !== 'remote-options' || definition.endpoint_url === undefined)
    throw new ArgusError('not_found', 'The task has no remote-options argument at this position.');
  const url = definition.endpoint_url.replaceAll('%THEEYE_USER_EMAIL%', encodeURIComponent(email ?? ''));
  return optionsIn(
    listIn(await outbound.get(url, signal)),
    definition.id_attribute,
    definition.text_attribute,
  );
}

function listIn(answer: Buffer): unknown[] {
  let value: unknown;
  try {
    value = JSON.parse(answer.toString('utf8'));
  } catch {
    throw new ArgusError('remote_failed', 'The address did not answer JSON.');
  }
  if (!Array.isArray(value))
    throw new ArgusError('remote_failed', 'The address did not answer a JSON array.');
  return value.slice(0, OPTIONS_MAX);
}

/**
 * The choices in a list of texts, or of objects: `id_attribute` and `text_attribute` name their fields (`a.b` goes
 * deeper), else the first of the usual names. What has no value to send is left out.
 */
export function optionsIn(
  list: readonly unknown[],
  idAttribute: string | undefined,
  textAttribute: string | undefined,
): ArgumentOption[] {
  return list.flatMap((item) => {
    const id = textAt(item, idAttribute, ['id', '_id', 'value', 'key', 'name']);
    if (id === undefined) return [];
    return { id, label: textAt(item, textAttribute, ['label', 'text', 'name', 'title']) ?? id };
  });
}

function textAt(item: unknown, path: string | undefined, usual: readonly string[]): string | undefined {
  if (typeof item !== 'object' || item === null) return shortText(item);
  const found = path
    ? path.split('.').reduce<unknown>((at, key) => fieldOf(at, key), item)
    : usual.map((name) => fieldOf(item, name)).find((value) => shortText(value) !== undefined);
  return shortText(found);
}

function fieldOf(value: unknown, key: string): unknown {
  return typeof value === 'object' && value !== null && Object.hasOwn(value, key)
    ? (value as Record<string, unknown>)[key]
    : undefined;
}

function shortText(value: unknown): string | undefined {
  if (typeof value === 'number' || typeof value === 'boolean') return String(value);
  return typeof value === 'string' && value !== '' && value.length <= TEXT_MAX ? value : undefined;
}
