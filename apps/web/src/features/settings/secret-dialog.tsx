import { ArgusApiError } from '@argus/client';
import { SECRET_NAME, secretReference, type Secret } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Group, Modal, Stack, Textarea, TextInput } from '@mantine/core';
import { useForm } from '@mantine/form';
import { useChange } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';

const NAME = new RegExp(SECRET_NAME);
const reference = secretReference('NAME');

/** Keeps a new secret, or gives one another value. What is typed is kept nowhere but on the server. */
export function SecretDialog({ secret, onClose }: { secret?: Secret; onClose: () => void }) {
  const create = useChange('createSecret', ['listSecrets']);
  const update = useChange('updateSecret', ['listSecrets']);
  const { error, isPending } = secret === undefined ? create : update;
  const form = useForm({
    initialValues: { name: secret?.name ?? '', value: '', description: secret?.description ?? '' },
    validateInputOnChange: ['name'],
    validate: {
      name: (name) =>
        NAME.test(name) ? null : t`a letter first, then letters, digits, _, - and . – no spaces`,
      value: (value) => (value === '' && secret === undefined ? t`is required` : null),
    },
  });
  const failed = (refused: unknown) => {
    if (refused instanceof ArgusApiError)
      form.setErrors(Object.fromEntries(refused.errors.map(({ field, message }) => [field, message])));
  };
  const done = { onSuccess: onClose, onError: failed };
  const submit = form.onSubmit(({ name, value, description }) => {
    if (secret === undefined) create.mutate({ body: { name, value, description } }, done);
    else
      update.mutate(
        { params: { id: secret.id }, body: { description, ...(value !== '' && { value }) } },
        done,
      );
  });
  const name = secret?.name ?? '';
  return (
    <Modal
      opened
      onClose={onClose}
      title={secret === undefined ? t`New secret` : t`Change ${name}`}
      size="lg"
    >
      <form onSubmit={submit} noValidate autoComplete="off">
        <Stack>
          {secret === undefined && (
            <TextInput
              label={t`Name`}
              description={t`How tasks name it: ${reference}.`}
              // verbatim: a name of a variable
              placeholder="DB_PASSWORD"
              withAsterisk
              spellCheck={false}
              data-autofocus
              {...form.getInputProps('name')}
            />
          )}
          <Textarea
            label={t`Value`}
            description={
              secret === undefined
                ? t`Kept encrypted. Nobody can read it again, you neither.`
                : t`Left empty, it stays. What is handed out from now on gets the new one.`
            }
            withAsterisk={secret === undefined}
            autosize
            minRows={1}
            maxRows={10}
            spellCheck={false}
            autoComplete="off"
            {...(secret !== undefined && { 'data-autofocus': true })}
            {...form.getInputProps('value')}
          />
          <TextInput
            label={t`Description`}
            description={t`What it opens, and where a new one is had.`}
            {...form.getInputProps('description')}
          />
          <ErrorNotice error={error} shownFields={Object.keys(form.errors)} />
          <Group justify="flex-end" gap="xs">
            <Button variant="default" onClick={onClose}>
              {t`Cancel`}
            </Button>
            <Button type="submit" loading={isPending}>
              {secret === undefined ? t`Keep secret` : t`Save`}
            </Button>
          </Group>
        </Stack>
      </form>
    </Modal>
  );
}
