import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Alert, Button, Checkbox, Group, List, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useChange } from '../../api/hooks.ts';
import { CopyBlock } from '../../ui/copy.tsx';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { WarningIcon } from '../../ui/icons.tsx';

/** Makes a credential for an existing agent and shows its file, once. */
export function AgentDialog({ onClose }: { onClose: () => void }) {
  const create = useChange('createAgentCredential', ['listAgentCredentials', 'listHosts']);
  const form = useForm<{ hostname: string; single: boolean }>({
    initialValues: { hostname: '', single: false },
    validate: {
      hostname: (name) =>
        /^([A-Za-z0-9][A-Za-z0-9._-]*)?$/.test(name) ? null : t`has only letters, digits, dots, _ and -`,
    },
  });
  const made = create.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title={t`Connect an existing agent`}
      size="lg"
      closeOnClickOutside={made === undefined}
    >
      {made === undefined ? (
        <form
          onSubmit={form.onSubmit(({ hostname, single }) =>
            create.mutate({ body: { ...(hostname && { hostname }), ...(single && { slots: 1 }) } }),
          )}
          noValidate
        >
          <Stack>
            <Text size="sm">
              <Trans>
                For a machine where a TheEye agent is installed and shall stay. It gets its jobs from here,
                with these limits:
              </Trans>
            </Text>
            <List size="sm">
              <List.Item>
                <Trans>A script that runs cannot be stopped; it ends by itself or by its timeout.</Trans>
              </List.Item>
              <List.Item>
                <Trans>Its log arrives when it has ended, both outputs in one.</Trans>
              </List.Item>
              <List.Item>
                <Trans>It is lost when the agent is restarted.</Trans>
              </List.Item>
            </List>
            <TextInput
              label={t`Bot`}
              description={t`The credential is for this one bot. Empty: for the first that connects with it.`}
              // verbatim: a name of a machine
              placeholder="web-1"
              data-autofocus
              {...form.getInputProps('hostname')}
            />
            <Checkbox
              label={t`It runs one script at a time`}
              description={t`Where the agent is started with THEEYE_AGENT_MULTITASKING=false.`}
              {...form.getInputProps('single', { type: 'checkbox' })}
            />
            <ErrorNotice error={create.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                <Trans>Cancel</Trans>
              </Button>
              <Button type="submit" loading={create.isPending}>
                <Trans>Create credential</Trans>
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack>
          <Alert color="orange" variant="light" icon={<WarningIcon />}>
            <Trans>Copy it now: the secret in it is shown this once.</Trans>
          </Alert>
          <Text size="sm">
            <Trans>
              This is the agent’s credentials file. Put it in the place of the one it has, and restart the
              agent.
            </Trans>
          </Text>
          <CopyBlock
            label={t`The credentials file`}
            text={JSON.stringify({ supervisor: made.supervisor }, null, 2)}
          />
          <Group justify="flex-end">
            <Button onClick={onClose}>
              <Trans>Done</Trans>
            </Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
