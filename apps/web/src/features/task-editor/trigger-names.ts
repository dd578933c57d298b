import type { Event } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { readTrigger } from './task-draft.ts';

/** How people know what starts a task: `Back up: success`. */
export function triggerLabel(trigger: string, events: readonly Event[]): string {
  const named = readTrigger(trigger);
  if (typeof named !== 'string') {
    const emitter = events.find(({ emitter_id }) => emitter_id === named.task);
    return `${emitter?.emitter_name ?? named.task}: ${named.event}`;
  }
  const event = events.find(({ id }) => id === trigger);
  if (event === undefined) return trigger;
  // a webhook has one event only, and might be called like a task
  if (event.emitter_type === 'webhook') return webhookText(event.emitter_name);
  return `${event.emitter_name}: ${event.name}${event.emitter_type === 'workflow' ? ' (workflow)' : ''}`;
}

function webhookText(name: string): string {
  return t`Webhook ${name}`;
}
