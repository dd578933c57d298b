import { ArgusApiError } from '@argus/client';
import {
  TASK_EVENTS,
  USUAL_RULE_EVENTS,
  type Emitter,
  type NotificationRule,
  type NotificationRuleCreate,
} from '@argus/contract';
import { t } from '@lingui/core/macro';
import {
  Button,
  Group,
  MultiSelect,
  NumberInput,
  Select,
  Stack,
  Switch,
  TagsInput,
  TextInput,
} from '@mantine/core';
import type { UseFormReturnType } from '@mantine/form';
import { useApi, useChange } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { useDraftForm } from '../../ui/use-draft-form.tsx';
import { CHANNEL_LABELS } from './words.ts';

const CHANGED = ['listNotificationRules', 'getNotificationRule', 'listChannels'] as const;
const OPTIONS_MAX = 100;

interface RuleDraft {
  name: string;
  /** `task:<id>`; empty: everything. */
  about: string;
  tag: string;
  events: string[];
  only_first_failure: boolean;
  recovered: boolean;
  log_lines: number | string;
  channels: string[];
  members: string[];
  enabled: boolean;
}

/** Who is told what; somebody's own rule keeps whom it tells. */
export function RuleForm({ old, onSaved }: { old?: NotificationRule; onSaved: () => void }) {
  const create = useChange('createNotificationRule', CHANGED);
  const update = useChange('updateNotificationRule', CHANGED);
  const { form, notice, setSaved } = useDraftForm<RuleDraft>({
    name: `rule:${old?.id ?? 'new'}`,
    initialValues: draftOf(old),
  });
  const error = create.error ?? update.error;
  const personal = old?.personal ?? false;
  const submit = form.onSubmit(async (draft) => {
    const body = bodyOf(draft, personal);
    try {
      await (old === undefined
        ? create.mutateAsync({ body })
        : update.mutateAsync({ params: { id: old.id }, body }));
      setSaved();
      onSaved();
    } catch (failure) {
      if (failure instanceof ArgusApiError)
        form.setErrors(
          Object.fromEntries(failure.errors.map(({ field, message }) => [inputOf(field), message])),
        );
    }
  });
  return (
    <form onSubmit={submit} noValidate aria-label={t`Rule`}>
      <Stack maw={620}>
        {notice}
        <TextInput
          label={t`Name`}
          description={t`Empty: what it is about.`}
          placeholder={t`e.g. Whatever fails at night`}
          maxLength={200}
          {...form.getInputProps('name')}
        />
        <AboutSelect old={old} {...form.getInputProps('about')} />
        {form.values.about === '' && (
          <TextInput
            label={t`Only with this tag`}
            description={t`Empty: every task and workflow.`}
            maxLength={100}
            {...form.getInputProps('tag')}
          />
        )}
        <TagsInput
          label={t`When`}
          description={t`How it ended, or what a script calls it itself.`}
          data={[...TASK_EVENTS]}
          withAsterisk
          acceptValueOnBlur
          {...form.getInputProps('events')}
        />
        <Switch
          label={t`Of failures in a row, the first alone`}
          {...form.getInputProps('only_first_failure', { type: 'checkbox' })}
        />
        <Switch
          label={t`Also when it works again after a failure`}
          {...form.getInputProps('recovered', { type: 'checkbox' })}
        />
        <NumberInput
          label={t`Last lines of the log`}
          description={t`Sent along; 0 for none. Masked values stay masked.`}
          min={0}
          max={50}
          allowDecimal={false}
          {...form.getInputProps('log_lines')}
        />
        {!personal && <Recipients form={form} />}
        <Switch label={t`Enabled`} {...form.getInputProps('enabled', { type: 'checkbox' })} />
        <ErrorNotice error={error} shownFields={Object.keys(form.errors)} />
        <Group>
          <Button type="submit" loading={create.isPending || update.isPending}>
            {old === undefined ? t`Create rule` : t`Save`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function AboutSelect({ old, ...props }: { old: NotificationRule | undefined }) {
  const tasks = useApi('listTasks', { query: { unassigned: '1' } });
  const workflows = useApi('listWorkflows', { query: {} });
  const webhooks = useApi('listWebhooks', { query: {} });
  const emitter = old?.emitter ?? null;
  const option = (type: Emitter, { id, name }: { id: string; name: string }) => ({
    value: `${type}:${id}`,
    label: labelOf(type, name),
  });
  const known = [
    ...(tasks.data ?? []).map((task) => option('task', task)),
    ...(workflows.data ?? []).map((workflow) => option('workflow', workflow)),
    ...(webhooks.data ?? []).map((webhook) => option('webhook', webhook)),
  ];
  // its own is there before the lists are, and where it is in none of them
  const own =
    emitter === null || known.some(({ value }) => value === `${emitter.type}:${emitter.id}`)
      ? []
      : [option(emitter.type, emitter)];
  return (
    <Select
      label={t`Tells of`}
      allowDeselect={false}
      searchable
      limit={OPTIONS_MAX}
      nothingFoundMessage={t`No such task, workflow or webhook`}
      data={[{ value: '', label: t`Every task and workflow` }, ...own, ...known]}
      {...props}
    />
  );
}

function labelOf(type: Emitter, name: string): string {
  if (type === 'workflow') return t`${name} (workflow)`;
  return type === 'webhook' ? t`${name} (webhook)` : name;
}

function Recipients({ form }: { form: UseFormReturnType<RuleDraft> }) {
  const channels = useApi('listChannels', {});
  const members = useApi('listMembers', {});
  return (
    <>
      <MultiSelect
        label={t`To these channels`}
        placeholder={form.values.channels.length > 0 ? '' : t`Choose channels`}
        searchable
        nothingFoundMessage={t`No such channel: add it under Notification rules`}
        data={(channels.data ?? []).map(({ id, name, type }) => ({
          value: id,
          label: `${name} (${CHANNEL_LABELS[type]})`,
        }))}
        {...form.getInputProps('channels')}
      />
      <MultiSelect
        label={t`And these members`}
        description={t`Each is told by mail, on the page or on their devices, as they settled for themselves, and of nothing that they may not see.`}
        placeholder={form.values.members.length > 0 ? '' : t`Choose members`}
        searchable
        limit={OPTIONS_MAX}
        nothingFoundMessage={t`No such member`}
        data={(members.data ?? []).map(({ user }) => ({ value: user.id, label: user.email }))}
        {...form.getInputProps('members')}
      />
    </>
  );
}

function draftOf(old: NotificationRule | undefined): RuleDraft {
  if (old === undefined)
    return {
      name: '',
      about: '',
      tag: '',
      events: [...USUAL_RULE_EVENTS],
      only_first_failure: false,
      recovered: false,
      log_lines: 0,
      channels: [],
      members: [],
      enabled: true,
    };
  const { emitter, tag, name, events, only_first_failure, recovered, log_lines, channels, members, enabled } =
    old;
  const about = emitter === null ? '' : `${emitter.type}:${emitter.id}`;
  return {
    name,
    about,
    tag: tag ?? '',
    events,
    only_first_failure,
    recovered,
    log_lines,
    channels,
    members,
    enabled,
  };
}

function bodyOf(
  { about, tag, channels, members, log_lines, ...rest }: RuleDraft,
  personal: boolean,
): NotificationRuleCreate {
  const [type, id] = about.split(':', 2) as ['task' | 'workflow' | 'webhook', string | undefined];
  return {
    ...rest,
    log_lines: Number(log_lines),
    emitter: id === undefined ? null : { type, id },
    tag: id === undefined && tag.trim() !== '' ? tag.trim() : null,
    ...(!personal && { channels, members }),
  };
}

/** The input that shows an error of a field. */
function inputOf(field: string): string {
  const [name = ''] = field.split(/[[.]/, 1);
  return name === 'emitter' ? 'about' : name;
}
