import type { Event, Task } from '@argus/contract';
import type { ReactNode } from 'react';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';

/** The events that start a task, each with the way to the task it comes from. */
export function TriggerLinks({ ids }: { ids: readonly string[] }) {
  const events = useApi('listEvents', {});
  const known = new Map(events.data?.map((event) => [event.id, event]));
  return ids.map((id, index) => {
    const event = known.get(id);
    return (
      <span key={id}>
        {index > 0 && ', '}
        {event ? (
          <EmitterLink event={event}>
            {event.emitter_name}: {event.name}
          </EmitterLink>
        ) : events.data ? (
          'something that you may not see'
        ) : (
          '…'
        )}
      </span>
    );
  });
}

/** The way to what emits an event. */
function EmitterLink({ event, children }: { event: Event; children: ReactNode }) {
  const customer = useCustomer();
  const { emitter_type, emitter_id } = event;
  if (emitter_type === 'webhook')
    return (
      <TextLink to="/$customer/webhooks/$webhookId" params={{ customer, webhookId: emitter_id }} size="sm">
        {children}
      </TextLink>
    );
  return (
    <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: emitter_id }} size="sm">
      {children}
    </TextLink>
  );
}

/** A task that another starts, and by which of its events. */
export interface StartedTask extends Pick<Task, 'id' | 'name'> {
  events: string[];
}

/** The tasks that the events of a task start; undefined until it is known. */
export function useStartedTasks(taskId: string): readonly StartedTask[] | undefined {
  const events = useApi('listEvents', {});
  const own = new Map(
    (events.data ?? []).flatMap(({ id, name, emitter_id }) =>
      emitter_id === taskId ? [[id, name] as const] : [],
    ),
  );
  const query = {
    unassigned: '1',
    include: { name: 1, triggers: 1 },
    where: { triggers: { $in: [...own.keys()] } },
  };
  const tasks = useApi('listTasks', { query }, { enabled: own.size > 0 });
  if (events.data && own.size === 0) return [];
  return tasks.data
    ?.filter(({ id }) => id !== taskId)
    .map(({ id, name, triggers }) => ({
      id,
      name,
      events: triggers.flatMap((trigger) => own.get(trigger) ?? []),
    }));
}

/** The tasks that something starts, each with the way to it; by which events, where there are several. */
export function StartedLinks({ started }: { started: readonly StartedTask[] }) {
  const customer = useCustomer();
  return started.map(({ id, name, events }, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: id }} size="sm">
        {name}
      </TextLink>
      {events.length > 0 && ` on ${events.join(', ')}`}
    </span>
  ));
}
