import { ArgusApiError } from '@argus/client';
import { aclAdmits, ROLES, seesEverything, type Task } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Alert, Button, Group, Stack, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { useState } from 'react';
import { useChange } from '../../api/hooks.ts';
import { useProfile, useRole } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WarningIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { entryErrors } from '../task-editor/form-errors.ts';
import { PeopleInput, useMembers } from './people-input.tsx';

const BOUND_ROLES = ROLES.filter((role) => !seesEverything(role));

interface AclInputProps {
  label: string;
  value: string[];
  error?: React.ReactNode;
  onChange: (value: string[]) => void;
}

/** Who may see a task or workflow: roles, members and their tags are suggested, anything of that form can be typed. */
export function AclInput({ label, ...input }: AclInputProps) {
  return (
    <PeopleInput
      label={label}
      description={t`E-mail addresses, roles or member tags (team:ops). A role means exactly that role. Empty: admins and owners only, who see everything. What somebody may do with it depends on their role.`}
      placeholder={t`admins and owners only`}
      roles={BOUND_ROLES}
      {...input}
    />
  );
}

/** A task or a workflow. */
interface Owned extends Pick<Task, 'id' | 'acls'> {
  type: 'task' | 'workflow';
}

/** The access list of a task or workflow, for those who may change it without editing all of it. */
export function AccessPanel({ of }: { of: Owned }) {
  const [entries, setEntries] = useState<string[]>();
  const saveTask = useChange('replaceTaskAcl', ['getTask', 'getTaskAcl', 'listTasks']);
  const saveWorkflow = useChange('replaceWorkflowAcl', ['getWorkflow', 'getWorkflowAcl', 'listWorkflows']);
  const save = of.type === 'task' ? saveTask : saveWorkflow;
  const value = entries ?? of.acls;
  const submit = () =>
    save.mutate(
      { params: { id: of.id }, body: { users: value } },
      {
        onSuccess: () => {
          setEntries(undefined);
          toasts.show({ message: t`Saved who may see it.` });
        },
      },
    );
  const errors = save.error instanceof ArgusApiError ? entryErrors(save.error.errors, 'users', value) : [];
  return (
    <Panel title={t`Who may see it`}>
      <Stack gap="sm">
        <AclInput
          label={t`Access list`}
          value={value}
          onChange={setEntries}
          {...(errors.length > 0 && { error: errors.join('; ') })}
        />
        {entries && <OwnAccess of={of} entries={entries} />}
        {errors.length === 0 && <ErrorNotice error={save.error} />}
        {entries && (
          <Group gap="xs">
            <Button onClick={submit} loading={save.isPending}>
              {t`Save`}
            </Button>
            <Button
              variant="default"
              onClick={() => {
                setEntries(undefined);
                save.reset();
              }}
            >
              {t`Undo`}
            </Button>
          </Group>
        )}
      </Stack>
    </Panel>
  );
}

/** Warns who is about to lock themselves out. */
function OwnAccess({ of, entries }: { of: Owned; entries: readonly string[] }) {
  const role = useRole();
  const { email } = useProfile();
  const members = useMembers();
  const tags = members.find(({ user }) => user.email === email)?.tags ?? [];
  const me = { role, email, tags };
  if (aclAdmits(entries, me) || !aclAdmits(of.acls, me)) return null;
  return (
    <Alert color="orange" variant="light" icon={<WarningIcon />} role="status">
      <Text size="sm">
        {of.type === 'task'
          ? t`You would not see the task any more: no entry of the list admits you.`
          : t`You would not see the workflow any more: no entry of the list admits you.`}
      </Text>
    </Alert>
  );
}
