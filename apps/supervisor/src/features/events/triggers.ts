import {
  checkMapping,
  type ArgumentDefinition,
  type Emitter,
  type FieldError,
  type Mapping,
  type TaskUpdate,
} from '@argus/contract';
import type { EventQueries } from './queries.ts';
import { wayTo, type Edge } from './rules.ts';

export interface Triggers {
  /** Ids of events, each once. */
  triggers: string[];
  /** By event: where the arguments come from. */
  mappings: Record<string, Mapping>;
}

/** What lists events: a task or a workflow as it is stored; undefined where it is new. */
export interface Listener {
  id: string;
  triggers: string[];
  trigger_arguments: Record<string, Mapping>;
}

/** Stands for what has no id yet. */
const NEW = 'new';

/** Who is started by whom, once a workflow's steps are these. */
export function withSteps(
  edges: readonly Edge[],
  workflowId: string,
  uses: readonly string[] | undefined,
): readonly Edge[] {
  if (uses === undefined) return edges;
  const names = new Map(edges.map(({ to_id, to_name }) => [to_id, to_name]));
  return [
    ...edges.filter(({ from_id, is_step }) => !(is_step && from_id === workflowId)),
    ...uses.map((id) => ({
      from_id: workflowId,
      to_id: id,
      to_name: names.get(id) ?? 'one of its steps',
      is_step: true,
    })),
  ];
}

/** An emitter by its id, as `triggers` name it. */
type Named = Exclude<NonNullable<TaskUpdate['triggers']>[number], string>;

/**
 * What starts a task or a workflow, checked: events that exist, none of them its own, and none that comes of what it
 * starts itself. Mappings must fit the arguments that it has now.
 */
export async function triggersOf(
  events: EventQueries,
  customerId: string,
  wanted: Pick<TaskUpdate, 'triggers' | 'trigger_arguments'>,
  {
    old,
    kind,
    definitions,
    uses,
  }: {
    old: Listener | undefined;
    kind: 'task' | 'workflow';
    definitions: readonly ArgumentDefinition[];
    /** Of a workflow: what its steps run. */
    uses?: readonly string[];
  },
  errors: FieldError[],
): Promise<Triggers> {
  const { triggers, named } =
    wanted.triggers === undefined
      ? { triggers: old?.triggers ?? [], named: {} }
      : await eventsOf(events, customerId, wanted.triggers, { ownId: old?.id, kind, uses }, errors);
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
  {
    ownId,
    kind,
    uses,
  }: { ownId: string | undefined; kind: 'task' | 'workflow'; uses: readonly string[] | undefined },
  errors: FieldError[],
): Promise<{ triggers: string[]; named: Record<string, Mapping> }> {
  const ids: (string | undefined)[] = [];
  const named: Record<string, Mapping> = {};
  const fail = (index: number, message: string) => errors.push({ field: `triggers[${index}]`, message });
  for (const [index, trigger] of given.entries()) {
    if (typeof trigger === 'string') ids[index] = trigger;
    else {
      const emitter = emitterOf(trigger);
      if (emitter === undefined)
        fail(index, 'needs the task, workflow or webhook whose event it is, one of them');
      else if (emitter.id === ownId) fail(index, `a ${kind} cannot trigger itself`);
      else if (errors.length === 0) {
        const id = await events.ensure(customerId, emitter, trigger.event);
        if (id === undefined) fail(index, `there is no such ${emitter.type}`);
        else {
          ids[index] = id;
          if (trigger.arguments) named[id] = trigger.arguments;
        }
      }
    }
  }
  const known = ids.filter((id) => id !== undefined);
  const found = new Map((await events.find(customerId, known)).map((event) => [event.id, event.emitter_id]));
  const own = ownId ?? NEW;
  const startsAnything = ownId !== undefined || uses !== undefined;
  const edges = startsAnything && found.size > 0 ? withSteps(await events.edges(customerId), own, uses) : [];
  for (const [index, id] of ids.entries()) {
    if (id === undefined) continue;
    const emitter = found.get(id);
    if (emitter === undefined) fail(index, 'there is no such event');
    else if (emitter === ownId) fail(index, `a ${kind} cannot trigger itself`);
    else {
      const way = wayTo(edges, own, new Set([emitter]));
      if (way !== undefined)
        fail(
          index,
          `would start itself again: this ${kind} starts ${way.map((name) => `"${name}"`).join(', which starts ')}`,
        );
    }
  }
  return { triggers: [...new Set(known)], named };
}

function emitterOf({ task, workflow, webhook }: Named): { type: Emitter; id: string } | undefined {
  const given = Object.entries({ task, workflow, webhook }).filter(([, id]) => id !== undefined);
  const [[type, id] = []] = given;
  return given.length === 1 && id !== undefined ? { type: type as Emitter, id } : undefined;
}
