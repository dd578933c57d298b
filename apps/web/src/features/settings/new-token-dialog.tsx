import { ArgusApiError } from '@argus/client';
import { atLeast, mayGrant, ROLES, type Role } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert, Button, Group, Modal, MultiSelect, Select, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { useRole } from '../../api/session.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WarningIcon } from '../../ui/icons.tsx';

const DAY_MS = 86_400_000;
const ENDS = [
  { value: 'never', label: t`Never` },
  { value: '30', label: t`In 30 days` },
  { value: '90', label: t`In 90 days` },
  { value: '365', label: t`In a year` },
  { value: 'day', label: t`At the end of a day …` },
];

interface TokenDraft {
  name: string;
  role: Role;
  tasks: string[];
  ends: string;
  /** `YYYY-MM-DD`, where `ends` is `day`. */
  day: string;
}

/** Makes a token and shows it, this once. */
export function NewTokenDialog({ onClose }: { onClose: () => void }) {
  const mine = useRole();
  const tasks = useApi('listTasks', {});
  const create = useChange('createToken', ['listTokens']);
  const form = useForm<TokenDraft>({
    initialValues: { name: '', role: 'admin', tasks: [], ends: 'never', day: '' },
    validate: {
      name: (name) => (name.trim() ? null : t`is required`),
      day: (day, { ends }) => (ends === 'day' && !day ? t`is required` : null),
    },
  });
  const submit = form.onSubmit((draft) => {
    const body = {
      name: draft.name.trim(),
      role: draft.role,
      tasks: draft.tasks.length > 0 ? draft.tasks : null,
      expires: endOf(draft),
    };
    create.mutate(
      { body },
      {
        onError: (error) => {
          if (!(error instanceof ArgusApiError)) return;
          form.setErrors(
            Object.fromEntries(
              error.errors.map(({ field, message }) => [field === 'expires' ? 'day' : field, message]),
            ),
          );
        },
      },
    );
  });
  const token = create.data?.token;
  return (
    <Modal opened onClose={onClose} title={t`New token`} size="lg" closeOnClickOutside={token === undefined}>
      {token === undefined ? (
        <form onSubmit={submit} noValidate>
          <Stack>
            <TextInput
              label={t`Name`}
              description={t`What will use it, so that you know which one to revoke.`}
              withAsterisk
              data-autofocus
              {...form.getInputProps('name')}
            />
            <Select
              label={t`Role`}
              description={t`What it may do at most.`}
              allowDeselect={false}
              data={ROLES.filter((role) => mayGrant(mine, role))}
              {...form.getInputProps('role')}
            />
            <MultiSelect
              label={t`Only these tasks`}
              description={t`With their jobs and logs, and nothing else. Left empty, all that the role may.`}
              placeholder={form.values.tasks.length > 0 ? '' : t`Every task`}
              searchable
              clearable
              nothingFoundMessage={t`No such task`}
              limit={50}
              data={(tasks.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              {...form.getInputProps('tasks')}
            />
            <Select label={t`Ends`} allowDeselect={false} data={ENDS} {...form.getInputProps('ends')} />
            {form.values.ends === 'day' && (
              <TextInput label={t`Day`} type="date" withAsterisk {...form.getInputProps('day')} />
            )}
            <ErrorNotice error={create.error} shownFields={Object.keys(form.errors)} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                {t`Cancel`}
              </Button>
              <Button type="submit" loading={create.isPending}>
                {t`Create token`}
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Made token={token} role={form.values.role} task={form.values.tasks[0]} onClose={onClose} />
      )}
    </Modal>
  );
}

/** The token, and lines that use it. `task`: the first that it is limited to. */
function Made({
  token,
  role,
  task,
  onClose,
}: {
  token: string;
  role: Role;
  task: string | undefined;
  onClose: () => void;
}) {
  const base = `${window.location.origin}/${useCustomer()}`;
  // verbatim: a command
  const bearer = `curl -sS -H 'Authorization: Bearer ${token}'`;
  return (
    <Stack>
      <Alert color="orange" variant="light" icon={<WarningIcon />}>
        {t`Copy it now and keep it safe: it is shown this once.`}
      </Alert>
      <CopyBlock label={t`The token`} text={token} autoFocus />
      <Text size="sm">{t`To try it: which tasks it sees.`}</Text>
      <CopyBlock label={t`curl that lists tasks`} text={`${bearer} ${base}/task`} />
      {task !== undefined && atLeast(role, 'user') && (
        <>
          <Text size="sm">{t`And a run. The page of each task has this line with its arguments, under API.`}</Text>
          <CopyBlock
            label={t`curl that runs a task`}
            // verbatim: a command
            text={`${bearer} -H 'Content-Type: application/json' -d '{"task_arguments": []}' ${base}/task/${task}/job`}
          />
        </>
      )}
      <Group justify="flex-end">
        <Button onClick={onClose}>{t`Done`}</Button>
      </Group>
    </Stack>
  );
}

function endOf({ ends, day }: TokenDraft): string | null {
  if (ends === 'never') return null;
  // the last second of the day where the reader is
  if (ends === 'day') return new Date(`${day}T23:59:59`).toISOString();
  return new Date(Date.now() + Number(ends) * DAY_MS).toISOString();
}
