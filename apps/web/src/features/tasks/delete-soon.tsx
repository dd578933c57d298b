import { t } from '@lingui/core/macro';
import { notifications } from '@mantine/notifications';
import type { QueryClient } from '@tanstack/react-query';
import { clientOf } from '../../api/hooks.ts';
import { errorMessage } from '../../ui/error-notice.tsx';
import { offerUndo } from '../../ui/undo.tsx';
import { hideTask, showTask } from './deleted.ts';

/** How long a deletion can be taken back. Until then nothing was asked of the server: nothing has to be brought back. */
const UNDO_MS = 8_000;

interface Deletion {
  customer: string;
  id: string;
  name: string;
  /** Also where others need it. */
  force: boolean;
}

const waiting = new Map<string, Deletion & { timer: ReturnType<typeof setTimeout> }>();

function takeBack(id: string): void {
  clearTimeout(waiting.get(id)?.timer);
  waiting.delete(id);
  showTask(id);
}

/** Deletes a task after a time in which that can be taken back; at once where the page is left. */
export function deleteSoon(deletion: Deletion, cache: QueryClient): void {
  const { customer, id, name, force } = deletion;
  const carryOut = async () => {
    waiting.delete(id);
    notifications.hide(id);
    try {
      await clientOf(customer).deleteTask({ params: { id }, ...(force && { query: { force } }) });
    } catch (error) {
      const why = errorMessage(error);
      notifications.show({ color: 'red', message: t`${name} was not deleted: ${why}`, autoClose: false });
    }
    await Promise.all(
      (['listTasks', 'listTaskActivity', 'listJobs', 'listEvents'] as const).map((operation) =>
        cache.invalidateQueries({ queryKey: [operation, customer] }),
      ),
    );
    showTask(id);
  };
  waiting.set(id, { ...deletion, timer: setTimeout(() => void carryOut(), UNDO_MS) });
  hideTask(id);
  offerUndo({ id, message: t`Deleting ${name}.`, undo: () => takeBack(id), ms: false });
}

// whoever closes the page meant what they said
window.addEventListener('pagehide', () => {
  for (const { customer, id, force, timer } of waiting.values()) {
    clearTimeout(timer);
    void fetch(`/${encodeURIComponent(customer)}/task/${id}${force ? '?force=true' : ''}`, {
      method: 'DELETE',
      keepalive: true,
    });
  }
  waiting.clear();
});
