import type { OperationId } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { toasts } from './toasts.ts';
import type { QueryClient } from '@tanstack/react-query';
import { clientOf } from '../api/hooks.ts';
import { hide, show } from './deleted.ts';
import { errorMessage } from './error-notice.tsx';
import { offerUndo } from './undo.tsx';

/** How long a deletion can be taken back. Until then nothing was asked of the server: nothing has to be brought back. */
const UNDO_MS = 8_000;

interface Deletion {
  customer: string;
  operation: keyof typeof KINDS;
  id: string;
  name: string;
  /** Also where others need it. */
  force: boolean;
  /** Once it is gone: what this browser kept of it is no longer needed. */
  onGone?: () => void;
}

/** What can be deleted so: where it is in the API, and what has another answer without it. */
const KINDS = {
  deleteTask: { path: 'task', changes: ['listTasks', 'listTaskActivity', 'listJobs', 'listEvents'] },
  deleteWorkflow: { path: 'workflow', changes: ['listWorkflows', 'listEvents', 'listSchedules'] },
  deleteWebhook: { path: 'webhook', changes: ['listWebhooks', 'listEvents', 'listTasks', 'getTask'] },
  deleteNotificationRule: { path: 'notification-rule', changes: ['listNotificationRules', 'listChannels'] },
  deleteChannel: { path: 'channel', changes: ['listChannels', 'listNotificationRules'] },
  deleteScript: { path: 'script', changes: ['listScripts'] },
} as const satisfies Partial<Record<OperationId, { path: string; changes: readonly OperationId[] }>>;

const waiting = new Map<string, Deletion & { timer: ReturnType<typeof setTimeout> }>();

function takeBack(id: string): void {
  clearTimeout(waiting.get(id)?.timer);
  waiting.delete(id);
  show(id);
}

/** Deletes something after a time in which that can be taken back; at once where the page is left. */
export function deleteSoon(deletion: Deletion, cache: QueryClient): void {
  const { customer, operation, id, name, force, onGone } = deletion;
  const carryOut = async () => {
    waiting.delete(id);
    toasts.hide(id);
    try {
      await clientOf(customer)[operation]({ params: { id }, ...(force && { query: { force } }) });
      onGone?.();
    } catch (error) {
      const why = errorMessage(error);
      toasts.show({ color: 'red', message: t`${name} was not deleted: ${why}`, autoClose: false });
    }
    await Promise.all(
      KINDS[operation].changes.map((changed) => cache.invalidateQueries({ queryKey: [changed, customer] })),
    );
    show(id);
  };
  waiting.set(id, { ...deletion, timer: setTimeout(() => void carryOut(), UNDO_MS) });
  hide(id);
  offerUndo({ id, message: t`Deleting ${name}.`, undo: () => takeBack(id), ms: false });
}

// whoever closes the page meant what they said
window.addEventListener('pagehide', () => {
  for (const { customer, operation, id, force, timer } of waiting.values()) {
    clearTimeout(timer);
    void fetch(
      `/${encodeURIComponent(customer)}/${KINDS[operation].path}/${id}${force ? '?force=true' : ''}`,
      {
        method: 'DELETE',
        keepalive: true,
      },
    );
  }
  waiting.clear();
});
