import type { NotificationRule } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Select } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useApi, useChange } from '../../api/hooks.ts';
import { errorMessage } from '../../ui/error-notice.tsx';

const WHEN = {
  never: { label: t`Never`, rule: undefined },
  failure: {
    label: t`When it fails`,
    rule: { events: ['failure', 'timeout'], only_first_failure: false, recovered: false },
  },
  changes: {
    label: t`When it fails, and when it works again`,
    rule: { events: ['failure', 'timeout'], only_first_failure: true, recovered: true },
  },
  always: {
    label: t`Whenever it ends`,
    rule: {
      events: ['success', 'failure', 'timeout', 'canceled'],
      only_first_failure: false,
      recovered: false,
    },
  },
} as const;
type When = keyof typeof WHEN;

const CHANGED = ['listNotificationRules'] as const;

/** Whether, and when, one is told how a task or a workflow ends. */
export function NotifyMe({ about }: { about: { type: 'task' | 'workflow'; id: string } }) {
  const rules = useApi('listNotificationRules', { query: { emitter: about.id, mine: true } });
  const create = useChange('createNotificationRule', CHANGED);
  const update = useChange('updateNotificationRule', CHANGED);
  const remove = useChange('deleteNotificationRule', CHANGED);
  const [rule] = rules.data ?? [];
  const failed = {
    onError: (error: Error) => toasts.show({ color: 'red', message: errorMessage(error) }),
  };
  const change = (when: When) => {
    const wanted = WHEN[when].rule;
    if (wanted === undefined) {
      if (rule !== undefined) remove.mutate({ params: { id: rule.id } }, failed);
      return;
    }
    const body = { ...wanted, events: [...wanted.events], enabled: true };
    if (rule !== undefined) update.mutate({ params: { id: rule.id }, body }, failed);
    else create.mutate({ body: { ...body, personal: true, emitter: about } }, failed);
  };
  return (
    <Select
      label={t`Notify me`}
      description={t`By mail, on this page or on your devices, as you settled under your account.`}
      allowDeselect={false}
      maw={340}
      disabled={!rules.isSuccess || create.isPending || update.isPending || remove.isPending}
      data={Object.entries(WHEN).map(([value, { label }]) => ({ value, label }))}
      // one that was made in another way is none of these
      value={rule === undefined ? 'never' : (whenOf(rule) ?? null)}
      placeholder={t`In your own way`}
      onChange={(when) => when && change(when as When)}
    />
  );
}

function whenOf(rule: NotificationRule): When | undefined {
  if (!rule.enabled) return 'never';
  const wanted = (Object.keys(WHEN) as When[]).find((when) => {
    const known = WHEN[when].rule;
    return (
      known !== undefined &&
      known.only_first_failure === rule.only_first_failure &&
      known.recovered === rule.recovered &&
      [...known.events].toSorted().join() === rule.events.toSorted().join()
    );
  });
  return wanted;
}
