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
        /^([A-Za-z0-9][A-Za-z0-9._-]*)?$/.test(name) ? null : 'has only letters, digits, dots, _ and -',
    },
  });
  const made = create.data;
  return (
    <Modal
      opened
      onClose={onClose}
      title="Connect an existing agent"
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
              For a machine where a TheEye agent is installed and shall stay. It gets its jobs from here, with
              these limits:
            </Text>
            <List size="sm">
              <List.Item>
                A script that runs cannot be stopped; it ends by itself or by its timeout.
              </List.Item>
              <List.Item>Its log arrives when it has ended, both outputs in one.</List.Item>
              <List.Item>It is lost when the agent is restarted.</List.Item>
            </List>
            <TextInput
              label="Bot"
              description="The credential is for this one bot. Empty: for the first that connects with it."
              placeholder="web-1"
              data-autofocus
              {...form.getInputProps('hostname')}
            />
            <Checkbox
              label="It runs one script at a time"
              description="Where the agent is started with THEEYE_AGENT_MULTITASKING=false."
              {...form.getInputProps('single', { type: 'checkbox' })}
            />
            <ErrorNotice error={create.error} />
            <Group justify="flex-end" gap="xs">
              <Button variant="default" onClick={onClose}>
                Cancel
              </Button>
              <Button type="submit" loading={create.isPending}>
                Create credential
              </Button>
            </Group>
          </Stack>
        </form>
      ) : (
        <Stack>
          <Alert color="orange" variant="light" icon={<WarningIcon />}>
            Copy it now: the secret in it is shown this once.
          </Alert>
          <Text size="sm">
            This is the agent’s credentials file. Put it in the place of the one it has, and restart the
            agent.
          </Text>
          <CopyBlock
            label="The credentials file"
            text={JSON.stringify({ supervisor: made.supervisor }, null, 2)}
          />
          <Group justify="flex-end">
            <Button onClick={onClose}>Done</Button>
          </Group>
        </Stack>
      )}
    </Modal>
  );
}
