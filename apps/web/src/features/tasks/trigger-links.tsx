import type { Emitter } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';

/** The events that start a task or workflow, each with the way to what it comes from. */
export function TriggerLinks({ ids }: { ids: readonly string[] }) {
  const events = useApi('listEvents', {});
  const known = new Map(events.data?.map((event) => [event.id, event]));
  return ids.map((id, index) => {
    const event = known.get(id);
    return (
      <span key={id}>
        {index > 0 && ', '}
        {event ? (
          <RunnableLink type={event.emitter_type} id={event.emitter_id}>
            {`${event.emitter_name}: ${event.name}`}
          </RunnableLink>
        ) : events.data ? (
          t`something that you may not see`
        ) : (
          '…'
        )}
      </span>
    );
  });
}

/** The way to a task, a workflow or a webhook. */
export function RunnableLink({ type, id, children }: { type: Emitter; id: string; children: string }) {
  const customer = useCustomer();
  if (type === 'task')
    return (
      <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: id }} size="sm">
        {children}
      </TextLink>
    );
  if (type === 'workflow')
    return (
      <TextLink to="/$customer/workflows/$workflowId" params={{ customer, workflowId: id }} size="sm">
        {children}
      </TextLink>
    );
  return (
    <TextLink to="/$customer/webhooks/$webhookId" params={{ customer, webhookId: id }} size="sm">
      {children}
    </TextLink>
  );
}

/** A task or workflow that another starts, and by which of its events. */
export interface Started {
  type: 'task' | 'workflow';
  id: string;
  name: string;
  events: string[];
}

/** What the events of a task or workflow start; undefined until it is known. */
export function useStarted(emitterId: string): readonly Started[] | undefined {
  const events = useApi('listEvents', {});
  const own = new Map(
    (events.data ?? []).flatMap(({ id, name, emitter_id }) =>
      emitter_id === emitterId ? [[id, name] as const] : [],
    ),
  );
  const query = {
    unassigned: '1',
    include: { name: 1, triggers: 1 },
    where: { triggers: { $in: [...own.keys()] } },
  };
  const tasks = useApi('listTasks', { query }, { enabled: own.size > 0 });
  const workflows = useApi('listWorkflows', { query: {} }, { enabled: own.size > 0 });
  if (events.data && own.size === 0) return [];
  if (!tasks.data || !workflows.data) return undefined;
  const started =
    (type: Started['type']) =>
    ({ id, name, triggers }: { id: string; name: string; triggers: readonly string[] }) => ({
      type,
      id,
      name,
      events: triggers.flatMap((trigger) => own.get(trigger) ?? []),
    });
  return [...tasks.data.map(started('task')), ...workflows.data.map(started('workflow'))].filter(
    ({ id, events: by }) => id !== emitterId && by.length > 0,
  );
}

function onEvents(events: readonly string[]): string {
  const names = events.join(', ');
  return t`on ${names}`;
}

/** What something starts, each with the way to it; by which events, where there are several. */
export function StartedLinks({ started }: { started: readonly Started[] }) {
  return started.map(({ type, id, name, events }, index) => (
    <span key={id}>
      {index > 0 && ', '}
      <RunnableLink type={type} id={id}>
        {name}
      </RunnableLink>
      {events.length > 0 && ` ${onEvents(events)}`}
    </span>
  ));
}
