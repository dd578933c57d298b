import { ARGUMENT_TYPES, secretReference, type ArgumentType } from '@argus/contract';
import { t } from '@lingui/core/macro';
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
import { CopyIcon, CrossIcon, DownIcon, GripIcon, UpIcon } from '../../ui/icons.tsx';
import type { FormPart } from './form-part.ts';
import { newKey, type ArgumentDraft } from './task-draft.ts';
import classes from './task-form.module.css';
import type { HandleProps } from './use-reorder.ts';

const reference = secretReference('NAME');

const TYPE_LABELS: Record<ArgumentType, string> = {
  fixed: t`Fixed: not asked for`,
  input: t`Text`,
  textarea: t`Text of several lines`,
  boolean: t`True or false`,
  json: 'JSON',
  select: t`Options`,
  date: t`Date`,
  email: t`E-mail address`,
  regexp: t`Text that matches a pattern`,
  file: t`File`,
  'remote-options': t`Options from an address`,
};
/** Types whose values are free text: only there limits on characters make sense. */
const FREE: readonly ArgumentType[] = ['input', 'textarea', 'regexp', 'email', 'json'];

interface CardProps extends FormPart {
  draft: ArgumentDraft;
  index: number;
  count: number;
  handle: HandleProps;
  /** While its handle is dragged. */
  isDragged: boolean;
  onMove: (to: number) => void;
}

/** One argument of a task: what it is called, what it takes, where it stands. */
export function ArgumentCard({ form, draft, index, count, handle, isDragged, onMove }: CardProps) {
  const place = index + 1;
  const field = (name: keyof ArgumentDraft) => form.getInputProps(`task_arguments.${index}.${name}`);
  const check = (name: keyof ArgumentDraft) =>
    form.getInputProps(`task_arguments.${index}.${name}`, { type: 'checkbox' });
  const { type } = draft;
  const fixed = type === 'fixed';
  return (
    <fieldset
      className={classes.argument}
      aria-label={t`Argument ${place}`}
      data-reorder={draft.key}
      data-dragged={isDragged || undefined}
    >
      <Stack gap="sm">
        <Group justify="space-between">
          <Group gap={6} wrap="nowrap" className={classes.argumentName}>
            <ActionIcon
              variant="subtle"
              color="gray"
              className={classes.handle}
              aria-label={t`Order: argument ${place}`}
              title={t`Drag it, or press the arrow keys`}
              {...handle}
            >
              <GripIcon />
            </ActionIcon>
            <Text fw={600} size="sm" truncate="end">
              {place}. {draft.label || t`Argument`}
            </Text>
          </Group>
          <CardActions form={form} draft={draft} index={index} count={count} onMove={onMove} />
        </Group>
        <SimpleGrid cols={{ base: 1, sm: 2 }}>
          <Select
            label={t`Type`}
            allowDeselect={false}
            data={ARGUMENT_TYPES.map((value) => ({ value, label: TYPE_LABELS[value] }))}
            {...field('type')}
          />
          <TextInput label={t`Label`} {...field('label')} />
        </SimpleGrid>
        {!fixed && (
          <TextInput
            label={t`Help`}
            placeholder={t`Shown below the label when it is asked for`}
            {...field('help')}
          />
        )}
        {(type === 'select' || draft.options !== '') && (
          <Textarea
            label={t`Options`}
            description={t`One a line: the value, or value | label.`}
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
          label={fixed ? t`Value` : t`Default value`}
          description={fixed ? t`${reference} stands for a secret of the organization.` : undefined}
          placeholder={draft.masked ? t`An earlier one stays where this is left empty` : undefined}
          autosize
          minRows={1}
          maxRows={8}
          classNames={{ input: classes.code }}
          spellCheck={false}
          {...field('value')}
        />
        {!fixed && (
          <Group gap="lg">
            <Checkbox label={t`Required`} {...check('required')} />
            <Checkbox label={t`Several values`} {...check('multiple')} />
            <Checkbox label={t`Masked: never shown again`} {...check('masked')} />
            <Checkbox label={t`Read-only: always its default`} {...check('readonly')} />
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
      label={t`Pattern`}
      description={t`A regular expression (RE2) that the value must match.`}
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
        label={t`Address`}
        description={t`Answers a JSON array: each element is an option.`}
        placeholder="https://example.org/environments.json"
        withAsterisk
        spellCheck={false}
        {...field('endpoint_url')}
      />
      <SimpleGrid cols={{ base: 1, sm: 2 }}>
        <TextInput
          label={t`Attribute of the value`}
          // verbatim: names in JSON
          placeholder="id"
          spellCheck={false}
          {...field('id_attribute')}
        />
        <TextInput
          label={t`Attribute of the text`}
          // verbatim: names in JSON
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
      <summary>{t`What may be typed`}</summary>
      <Stack gap="sm" mt="xs">
        <SimpleGrid cols={{ base: 1, sm: 3 }}>
          <Select
            label={t`Characters`}
            allowDeselect={false}
            data={[
              { value: 'all', label: t`All` },
              { value: 'alpha', label: t`Letters` },
              { value: 'num', label: t`Digits` },
              { value: 'alnum', label: t`Letters and digits` },
            ]}
            {...field('charset')}
          />
          <NumberInput
            label={t`At least`}
            placeholder={t`no limit`}
            min={0}
            allowDecimal={false}
            {...field('charsmin')}
          />
          <NumberInput
            label={t`At most`}
            placeholder={t`no limit`}
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

type ActionProps = Pick<CardProps, 'form' | 'draft' | 'index' | 'count' | 'onMove'>;

function CardActions({ form, draft, index, count, onMove }: ActionProps) {
  const place = index + 1;
  const double = () => form.insertListItem('task_arguments', { ...draft, key: newKey() }, index + 1);
  const action = (label: string, icon: ReactNode, disabled: boolean, onClick: () => void) => (
    <Tooltip label={label}>
      <ActionIcon
        variant="default"
        aria-label={t`${label}: argument ${place}`}
        disabled={disabled}
        onClick={onClick}
      >
        {icon}
      </ActionIcon>
    </Tooltip>
  );
  return (
    <Group gap={4}>
      {action(t`Move up`, <UpIcon />, index === 0, () => onMove(index - 1))}
      {action(t`Move down`, <DownIcon />, index === count - 1, () => onMove(index + 1))}
      {action(t`Duplicate`, <CopyIcon />, false, double)}
      {action(t`Remove`, <CrossIcon />, false, () => form.removeListItem('task_arguments', index))}
    </Group>
  );
}
