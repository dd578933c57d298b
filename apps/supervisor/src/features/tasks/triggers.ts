import {
  checkMapping,
  type ArgumentDefinition,
  type FieldError,
  type Mapping,
  type TaskUpdate,
} from '@argus/contract';
import { wayTo, type EventQueries } from '../events/index.ts';
import type { TaskRow } from './queries.ts';

export interface Triggers {
  /** Ids of events, each once. */
  triggers: string[];
  /** By event: where the arguments come from. */
  mappings: Record<string, Mapping>;
}

/**
 * What starts a task, checked: events that exist, none of them its own, and none that comes of what the task itself
 * starts. Mappings must fit the arguments that the task has now.
 */
export async function triggersOf(
  events: EventQueries,
  customerId: string,
  wanted: Pick<TaskUpdate, 'triggers' | 'trigger_arguments'>,
  { old, definitions }: { old: TaskRow | undefined; definitions: readonly ArgumentDefinition[] },
  errors: FieldError[],
): Promise<Triggers> {
  const { triggers, named } =
    wanted.triggers === undefined
      ? { triggers: old?.triggers ?? [], named: {} }
      : await eventsOf(events, customerId, wanted.triggers, old?.id, errors);
  const kept = wanted.trigger_arguments ?? old?.trigger_arguments ?? {};
  const mappings: Record<string, Mapping> = {};
  for (const [event, mapping] of Object.entries({ ...kept, ...named })) {
    // a mapping goes with its trigger
    if (!triggers.includes(event)) {
      if (wanted.trigger_arguments?.[event] !== undefined)
        errors.push({ field: `trigger_arguments.${event}`, message: 'is none of the events in `triggers`' });
      continue;
    }
    errors.push(...checkMapping(definitions, mapping, `trigger_arguments.${event}`));
    mappings[event] = mapping;
  }
  return { triggers, mappings };
}

async function eventsOf(
  events: EventQueries,
  customerId: string,
  given: NonNullable<TaskUpdate['triggers']>,
  ownId: string | undefined,
  errors: FieldError[],
): Promise<{ triggers: string[]; named: Record<string, Mapping> }> {
  const ids: (string | undefined)[] = [];
  const named: Record<string, Mapping> = {};
  const fail = (index: number, message: string) => errors.push({ field: `triggers[${index}]`, message });
  for (const [index, trigger] of given.entries()) {
    if (typeof trigger === 'string') ids[index] = trigger;
    else if (trigger.task === undefined) fail(index, 'needs the task whose event it is');
    else if (trigger.task === ownId) fail(index, 'a task cannot trigger itself');
    else if (errors.length === 0) {
      const id = await events.ensure(customerId, trigger.task, trigger.event);
      if (id === undefined) fail(index, 'there is no such task');
      else {
        ids[index] = id;
        if (trigger.arguments) named[id] = trigger.arguments;
      }
    }
  }
  const known = ids.filter((id) => id !== undefined);
  const found = new Map((await events.find(customerId, known)).map((event) => [event.id, event.emitter_id]));
  const edges = ownId !== undefined && found.size > 0 ? await events.edges(customerId) : [];
  for (const [index, id] of ids.entries()) {
    if (id === undefined) continue;
    const emitter = found.get(id);
    if (emitter === undefined) fail(index, 'there is no such event');
    else if (emitter === ownId) fail(index, 'a task cannot trigger itself');
    else if (ownId !== undefined) {
      const way = wayTo(edges, ownId, new Set([emitter]));
      if (way !== undefined)
        fail(
          index,
          `would start itself again: this task starts ${way.map((name) => `"${name}"`).join(', which starts ')}`,
        );
    }
  }
  return { triggers: [...new Set(known)], named };
}
