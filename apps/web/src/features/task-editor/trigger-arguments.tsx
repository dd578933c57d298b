import type { Event } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Select, SimpleGrid, Stack, Text, TextInput } from '@mantine/core';
import { labelOf } from '../../ui/argument-form/argument-field.tsx';
import type { FormPart } from './form-part.ts';
import { byPosition, mappable, type MappingDraft, type SourceDraft } from './mapping-draft.ts';
import type { ArgumentDraft } from './task-draft.ts';
import classes from './task-form.module.css';
import { triggerLabel } from './trigger-names.ts';

/** Where the arguments come from when an event starts the task, for each of its triggers. */
export function TriggerArguments({ form, events }: FormPart & { events: readonly Event[] }) {
  const { triggers, trigger_arguments, task_arguments } = form.values;
  if (triggers.length === 0 || mappable(task_arguments).length === 0) return null;
  const change = (trigger: string, mapping: MappingDraft | undefined) => {
    const { [trigger]: _, ...others } = trigger_arguments;
    form.setFieldValue('trigger_arguments', mapping ? { ...others, [trigger]: mapping } : others);
  };
  return triggers.map((trigger) => (
    <TriggerMapping
      key={trigger}
      form={form}
      trigger={trigger}
      label={triggerLabel(trigger, events)}
      isWebhook={events.find(({ id }) => id === trigger)?.emitter_type === 'webhook'}
      onChange={(mapping) => change(trigger, mapping)}
    />
  ));
}

interface TriggerMappingProps extends FormPart {
  trigger: string;
  label: string;
  isWebhook: boolean;
  onChange: (mapping: MappingDraft | undefined) => void;
}

function TriggerMapping({ form, trigger, label, isWebhook, onChange }: TriggerMappingProps) {
  const { trigger_arguments, task_arguments } = form.values;
  const mapping = trigger_arguments[trigger];
  return (
    <fieldset className={classes.argument} aria-label={t`Arguments on ${label}`}>
      <Stack gap="sm">
        <Select
          label={t`Arguments on ${label}`}
          description={
            isWebhook
              ? t`What comes in can be given on, or parts of it.`
              : t`What its script gives as output can be given on, or parts of it.`
          }
          allowDeselect={false}
          data={[
            {
              value: 'position',
              label: isWebhook
                ? t`By position: a list gives each its own, anything else the first`
                : t`By position: the first output is the first argument`,
            },
            { value: 'each', label: t`Chosen for each argument` },
          ]}
          value={mapping ? 'each' : 'position'}
          onChange={(way) => onChange(way === 'each' ? byPosition(task_arguments) : undefined)}
        />
        {mapping && (
          <>
            <Text size="xs" c="dimmed">
              {isWebhook ? (
                <Trans>
                  A path leads into what came: <code>body.customer.name</code>,{' '}
                  <code>headers[&quot;x-github-event&quot;]</code>, <code>query.env</code>, or{' '}
                  <code>body</code> for all of it.
                </Trans>
              ) : (
                <Trans>
                  A path leads into what happened: <code>output[0].customer.name</code>,{' '}
                  <code>output[-1]</code> (the last), <code>event</code>, <code>emitter.name</code> or{' '}
                  <code>job_id</code>.
                </Trans>
              )}
            </Text>
            {task_arguments.map(
              (argument, order) =>
                mappable([argument]).length > 0 && (
                  <SourceInput
                    key={argument.key}
                    argument={argument}
                    order={order}
                    source={mapping[argument.key] ?? { kind: 'default', text: '' }}
                    error={form.errors[`trigger_arguments.${trigger}.${argument.key}`]}
                    onChange={(source) => {
                      form.clearFieldError(`trigger_arguments.${trigger}.${argument.key}`);
                      onChange({ ...mapping, [argument.key]: source });
                    }}
                  />
                ),
            )}
          </>
        )}
      </Stack>
    </fieldset>
  );
}

interface SourceInputProps {
  argument: ArgumentDraft;
  order: number;
  source: SourceDraft;
  error: React.ReactNode;
  onChange: (source: SourceDraft) => void;
}

function SourceInput({ argument, order, source, error, onChange }: SourceInputProps) {
  const name = labelOf({ order, label: argument.label });
  return (
    <SimpleGrid cols={{ base: 1, sm: 2 }} spacing="xs" className={classes.pair}>
      <Select
        label={name}
        allowDeselect={false}
        data={[
          { value: 'path', label: t`From what happened` },
          { value: 'value', label: t`Always the same value` },
          { value: 'default', label: t`Its default value` },
        ]}
        value={source.kind}
        onChange={(kind) => onChange({ ...source, kind: kind as SourceDraft['kind'] })}
      />
      {source.kind !== 'default' && (
        <TextInput
          aria-label={source.kind === 'path' ? t`Path of ${name}` : t`Value of ${name}`}
          placeholder={source.kind === 'path' ? 'output[0].customer.name' : undefined}
          spellCheck={false}
          autoComplete="off"
          classNames={{ input: classes.code }}
          value={source.text}
          error={error}
          onChange={(event) => onChange({ ...source, text: event.currentTarget.value })}
        />
      )}
    </SimpleGrid>
  );
}
