import { ARGUMENT_TYPES, type ArgumentType } from '@argus/contract';
import {
  ActionIcon,
  Checkbox,
  Group,
  NumberInput,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import type { ReactNode } from 'react';
import { CrossIcon, DownIcon, UpIcon } from '../../ui/icons.tsx';
import type { FormPart } from './form-part.ts';
import type { ArgumentDraft } from './task-draft.ts';
import classes from './task-form.module.css';

const TYPE_LABELS: Record<ArgumentType, string> = {
  fixed: 'Fixed: not asked for',
  input: 'Text',
  textarea: 'Text of several lines',
  boolean: 'True or false',
  json: 'JSON',
  select: 'Options',
  date: 'Date',
  email: 'E-mail address',
  regexp: 'Text that matches a pattern',
  file: 'File',
  'remote-options': 'Options from an address',
};
/** Types whose values are free text: only there limits on characters make sense. */
const FREE: readonly ArgumentType[] = ['input', 'textarea', 'regexp', 'email', 'json'];

interface CardProps extends FormPart {
  draft: ArgumentDraft;
  index: number;
  count: number;
}

/** One argument of a task: what it is called, what it takes, where it stands. */
export function ArgumentCard({ form, draft, index, count }: CardProps) {
  const field = (name: keyof ArgumentDraft) => form.getInputProps(`task_arguments.${index}.${name}`);
  const check = (name: keyof ArgumentDraft) =>
    form.getInputProps(`task_arguments.${index}.${name}`, { type: 'checkbox' });
  const { type } = draft;
  const fixed = type === 'fixed';
  return (
    <fieldset className={classes.argument} aria-label={`Argument ${index + 1}`}>
      <Stack gap="sm">
        <Group justify="space-between">
          <Text fw={600} size="sm">
            {index + 1}. {draft.label || 'Argument'}
          </Text>
          <CardActions form={form} index={index} count={count} />
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label="Type"
            allowDeselect={false}
            data={ARGUMENT_TYPES.map((value) => ({ value, label: TYPE_LABELS[value] }))}
            {...field('type')}
          />
          <TextInput label="Label" {...field('label')} />
        </SimpleGrid>
        {!fixed && (
          <TextInput
            label="Help"
            placeholder="Shown below the label when it is asked for"
            {...field('help')}
          />
        )}
        {(type === 'select' || draft.options !== '') && (
          <Textarea
            label="Options"
            description="One a line: the value, or value | label."
            autosize
            minRows={3}
            maxRows={12}
            withAsterisk={type === 'select'}
            classNames={{ input: classes.code }}
            {...field('options')}
          />
        )}
        {(type === 'remote-options' || draft.endpoint_url !== '') && <RemoteOptions field={field} />}
        {type === 'regexp' && <Pattern field={field} required />}
        <Textarea
          label={fixed ? 'Value' : 'Default value'}
          placeholder={draft.masked ? 'An earlier one stays where this is left empty' : undefined}
          autosize
          minRows={1}
          maxRows={8}
          classNames={{ input: classes.code }}
          spellCheck={false}
          {...field('value')}
        />
        {!fixed && (
          <Group gap="lg">
            <Checkbox label="Required" {...check('required')} />
            <Checkbox label="Several values" {...check('multiple')} />
            <Checkbox label="Masked: never shown again" {...check('masked')} />
            <Checkbox label="Read-only: always its default" {...check('readonly')} />
          </Group>
        )}
        {(FREE.includes(type) || hasLimits(draft)) && !fixed && <Limits draft={draft} field={field} />}
      </Stack>
    </fieldset>
  );
}

type Field = (name: keyof ArgumentDraft) => object;

function Pattern({ field, required = false }: { field: Field; required?: boolean }) {
  return (
    <TextInput
      label="Pattern"
      description="A regular expression (RE2) that the value must match."
      withAsterisk={required}
      spellCheck={false}
      classNames={{ input: classes.code }}
      {...field('pattern')}
    />
  );
}

function RemoteOptions({ field }: { field: Field }) {
  return (
    <>
      <TextInput
        label="Address"
        description="Answers a JSON array: each element is an option."
        placeholder="https://example.org/environments.json"
        withAsterisk
        spellCheck={false}
        {...field('endpoint_url')}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label="Attribute of the value"
          placeholder="id"
          spellCheck={false}
          {...field('id_attribute')}
        />
        <TextInput
          label="Attribute of the text"
          placeholder="name"
          spellCheck={false}
          {...field('text_attribute')}
        />
      </SimpleGrid>
    </>
  );
}

function hasLimits({ charset, charsmin, charsmax, type, pattern }: ArgumentDraft): boolean {
  return charset !== 'all' || charsmin !== '' || charsmax !== '' || (type !== 'regexp' && pattern !== '');
}

function Limits({ draft, field }: { draft: ArgumentDraft; field: Field }) {
  return (
    <details className={classes.fold} open={hasLimits(draft) || undefined}>
      <summary>What may be typed</summary>
      <Stack gap="sm" mt="xs">
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Select
            label="Characters"
            allowDeselect={false}
            data={[
              { value: 'all', label: 'All' },
              { value: 'alpha', label: 'Letters' },
              { value: 'num', label: 'Digits' },
              { value: 'alnum', label: 'Letters and digits' },
            ]}
            {...field('charset')}
          />
          <NumberInput
            label="At least"
            placeholder="no limit"
            min={0}
            allowDecimal={false}
            {...field('charsmin')}
          />
          <NumberInput
            label="At most"
            placeholder="no limit"
            min={0}
            allowDecimal={false}
            {...field('charsmax')}
          />
        </SimpleGrid>
        {draft.type !== 'regexp' && <Pattern field={field} />}
      </Stack>
    </details>
  );
}

function CardActions({ form, index, count }: Omit<CardProps, 'draft'>) {
  const move = (to: number) => form.reorderListItem('task_arguments', { from: index, to });
  const action = (label: string, icon: ReactNode, disabled: boolean, onClick: () => void) => (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        aria-label={`${label}: argument ${index + 1}`}
        disabled={disabled}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Group gap={4}>
      {action('Move up', <UpIcon />, index === 0, () => move(index - 1))}
      {action('Move down', <DownIcon />, index === count - 1, () => move(index + 1))}
      {action('Remove', <CrossIcon />, false, () => form.removeListItem('task_arguments', index))}
    </Group>
  );
}
