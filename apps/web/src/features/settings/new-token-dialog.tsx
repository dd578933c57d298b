import { ArgusApiError } from '@argus/client';
import { mayGrant, ROLES, type Role } from '@argus/contract';
import { Alert, Button, Group, Modal, MultiSelect, Select, Stack, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useApi, useChange } from '../../api/hooks.ts';
import { useRole } from '../../api/session.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WarningIcon } from '../../ui/icons.tsx';

const DAY_MS = 86_400_000;
const ENDS = [
  { value: 'never', label: 'Never' },
  { value: '30', label: 'In 30 days' },
  { value: '90', label: 'In 90 days' },
  { value: '365', label: 'In a year' },
  { value: 'day', label: 'At the end of a day …' },
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
      name: (name) => (name.trim() ? null : 'is required'),
      day: (day, { ends }) => (ends === 'day' && !day ? 'is required' : null),
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
    <Modal opened onClose={onClose} title="New token" size="lg" closeOnClickOutside={token === undefined}>
      {token === undefined ? (
        <form onSubmit={submit} noValidate>
          <Stack>
            <TextInput
              label="Name"
              description="What will use it, so that you know which one to revoke."
              withAsterisk
              data-autofocus
              {...form.getInputProps('name')}
            />
            <Select
              label="Role"
              description="What it may do at most."
              allowDeselect={false}
              data={ROLES.filter((role) => mayGrant(mine, role))}
              {...form.getInputProps('role')}
            />
            <MultiSelect
              label="Only these tasks"
              description="With their jobs and logs, and nothing else. Left empty, all that the role may."
              placeholder={form.values.tasks.length > 0 ? '' : 'Every task'}
              searchable
              clearable
              nothingFoundMessage="No such task"
              limit={50}
              data={(tasks.data ?? []).map(({ id, name }) => ({ value: id, label: name }))}
              {...form.getInputProps('tasks')}
            />
            <Select label="Ends" allowDeselect={false} data={ENDS} {...form.getInputProps('ends')} />
            {form.values.ends === 'day' && (
              <TextInput label="Day" type="date" withAsterisk {...form.getInputProps('day')} />
            )}
            <ErrorNotice error={create.error} shownFields={Object.keys(form.errors)} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending}>
                Create token
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack>
          <Alert color="orange" variant="light" icon={<WarningIcon />}>
            Copy it now and keep it safe: it is shown this once.
          </Alert>
          <CopyBlock label="The token" text={token} />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}

function endOf({ ends, day }: TokenDraft): string | null {
  if (ends === 'never') return null;
  // the last second of the day where the reader is
  if (ends === 'day') return new Date(`${day}T23:59:59`).toISOString();
  return new Date(Date.now() + Number(ends) * DAY_MS).toISOString();
}
