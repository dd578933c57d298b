import { argumentsByPosition, mapArguments, type ArgumentDefinition, type NamedValue } from '@argus/contract';
import type { AutomaticOutcome, AutomaticStart } from '../jobs/index.ts';
import type { Scheduled, WaitOut } from '../schedules/index.ts';
import type { Emission, Listener } from './queries.ts';
import type { Listen } from './react.ts';

/** Starts a task or a workflow because of what happened: at once, or after its grace time. */
export function starter(
  type: Scheduled['type'],
  {
    start,
    waitOut,
  }: { start(id: string, start: AutomaticStart): Promise<AutomaticOutcome>; waitOut: WaitOut },
): Listen {
  return (emission, listener) => {
    const { id, grace_time } = listener;
    const automatic = startOf(emission, listener);
    return grace_time > 0 ? waitOut({ type, id }, grace_time, automatic) : start(id, automatic);
  };
}

function startOf(emission: Emission, { id, mapping }: Listener): AutomaticStart {
  const { emitter_type, emitter_id, emitter_name, job_id, run_id, delivery_id } = emission;
  return {
    once: `e${emission.id}:${id}`,
    origin: emitter_type === 'webhook' ? 'webhook' : 'trigger',
    startedBy: emitter_type === 'webhook' ? `webhook ${emitter_name}` : `${emitter_name}: ${emission.name}`,
    cause: {
      type: 'trigger',
      event: emission.name,
      event_id: emission.event_id,
      emitter_type,
      emitter_id,
      emitter_name,
      job_id,
      ...(run_id !== null && { run_id }),
      ...(delivery_id !== null && { delivery_id }),
    },
    depth: emission.depth + 1,
    values: (definitions) => valuesFor(definitions, emission, mapping),
  };
}

function valuesFor(
  definitions: readonly ArgumentDefinition[],
  emission: Emission,
  mapping: Listener['mapping'],
): NamedValue[] {
  if (mapping === null) return argumentsByPosition(definitions, emission.output);
  const { about, output, name, emitter_id, emitter_name, job_id } = emission;
  return mapArguments(definitions, mapping, {
    ...about,
    output,
    event: name,
    emitter: { id: emitter_id, name: emitter_name },
    job_id,
  });
}
