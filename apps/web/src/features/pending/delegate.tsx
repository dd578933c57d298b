import { t } from '@lingui/core/macro';
import { ArgusApiError } from '@argus/client';
import type { Pending } from '@argus/contract';
import { Autocomplete, Button, Group, Modal, Select, Stack } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useMutation } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { said } from '../../api/sentences/said.ts';
import { useClient } from '../../api/hooks.ts';
import { useMay, useProfile } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useMembers } from '../tasks/people-input.tsx';
import { useDecided } from './use-decide.ts';
import { useDialog } from '../../ui/use-dialog.ts';

/** Hands on what is asked of oneself; admins also what is asked of somebody else. Nothing for anybody else. */
export function Delegate({ pending }: { pending: Pending }) {
  const { opened, open, close } = useDialog(`delegate.${pending.job_id}`);
  const mayForOthers = useMay('admin');
  const { name } = pending.task;
  if (!pending.is_open || !(pending.is_mine || mayForOthers)) return null;
  return (
    <>
      <Button
        variant="subtle"
        size="compact-sm"
        onClick={open}
        aria-label={t`Hand on ${name} to somebody else`}
      >
        {t`Hand on …`}
      </Button>
      {opened && <DelegateDialog pending={pending} mayForOthers={mayForOthers} onClose={close} />}
    </>
  );
}

interface DelegateDialogProps {
  pending: Pending;
  mayForOthers: boolean;
  onClose: () => void;
}

function DelegateDialog({ pending, mayForOthers, onClose }: DelegateDialogProps) {
  const client = useClient();
  const decided = useDecided();
  const { email: me } = useProfile();
  const members = useMembers();
  const asked = pending.people
    .filter(({ user_id }) => !pending.decisions.some((one) => one.user_id === user_id))
    .map(({ email }) => email);
  const [from, setFrom] = useState(pending.is_mine ? me : (asked[0] ?? ''));
  const [to, setTo] = useState('');
  const delegate = useMutation({
    mutationFn: () =>
      client.delegateJob({
        params: { id: pending.job_id },
        body: { to: to.trim(), ...(from !== me && { from: from ?? '' }) },
      }),
    onSuccess: () => {
      decided();
      const person = to.trim();
      toasts.show({ message: t`${person} is asked now, and gets a message.` });
      onClose();
    },
  });
  const errors = delegate.error instanceof ArgusApiError ? delegate.error.errors : [];
  const refused = errors.find(({ field }) => field === 'to')?.message;
  const submit = (event: SyntheticEvent) => {
    event.preventDefault();
    if (to.trim() !== '' && !delegate.isPending) delegate.mutate();
  };
  const { name } = pending.task;
  return (
    <Modal opened onClose={onClose} title={t`Hand on ${name} to somebody else`}>
      <form onSubmit={submit} noValidate>
        <Stack>
          {mayForOthers && (asked.length > 1 || from !== me) && (
            <Select
              label={t`In place of`}
              allowDeselect={false}
              data={asked}
              value={from}
              onChange={(email) => email !== null && setFrom(email)}
            />
          )}
          <Autocomplete
            label={t`Member`}
            description={t`The e-mail address. They get a message, see the job, and are asked in your place.`}
            placeholder="ada@example.org"
            withAsterisk
            data-autofocus
            data={members.map(({ user }) => user.email).filter((email) => !asked.includes(email))}
            value={to}
            error={refused && said(refused)}
            onChange={setTo}
          />
          <ErrorNotice error={delegate.error} shownFields={['to']} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t`Cancel`}
            </Button>
            <Button type="submit" loading={delegate.isPending} disabled={to.trim() === ''}>
              {t`Hand on`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
