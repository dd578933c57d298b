import { ARGUMENT_TYPES, type ArgumentType } from '@argus/contract';
import {
  ActionIcon,
  Button,
  Checkbox,
  Group,
  Select,
  SimpleGrid,
  Stack,
  Text,
  Textarea,
  TextInput,
  Tooltip,
} from '@mantine/core';
import { CrossIcon, DownIcon, PlusIcon, UpIcon } from '../../ui/icons.tsx';
import { Panel } from '../../ui/page.tsx';
import { emptyArgument, type ArgumentDraft } from './task-draft.ts';
import type { FormPart } from './form-part.ts';
import classes from './tasks.module.css';

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

/** The ordered arguments of a task: added, removed, moved and defined. */
export function ArgumentsEditor({ form }: FormPart) {
  const drafts = form.values.task_arguments;
  const add = () => form.insertListItem('task_arguments', emptyArgument());
  return (
    <Panel title="Task Arguments">
      <Stack>
        <Text size="sm" c="dimmed">
          The script gets them in this order. Fixed ones are never asked for; all others are asked for
          whenever it runs.
        </Text>
        {drafts.map((draft, index) => (
          <ArgumentCard key={draft.key} form={form} draft={draft} index={index} count={drafts.length} />
        ))}
        <Button variant="default" leftSection={<PlusIcon />} onClick={add} w="fit-content">
          Add an argument
        </Button>
      </Stack>
    </Panel>
  );
}

interface CardProps extends FormPart {
  draft: ArgumentDraft;
  index: number;
  count: number;
}

function ArgumentCard({ form, draft, index, count }: CardProps) {
  const field = (name: keyof ArgumentDraft) => form.getInputProps(`task_arguments.${index}.${name}`);
  const check = (name: keyof ArgumentDraft) =>
    form.getInputProps(`task_arguments.${index}.${name}`, { type: 'checkbox' });
  const fixed = draft.type === 'fixed';
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
            data={ARGUMENT_TYPES.map((type) => ({ value: type, label: TYPE_LABELS[type] }))}
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
        {(draft.type === 'select' || draft.options !== '') && (
          <Textarea
            label="Options"
            description="One a line: the value, or value | label."
            autosize
            minRows={3}
            maxRows={12}
            withAsterisk={draft.type === 'select'}
            classNames={{ input: classes.code }}
            {...field('options')}
          />
        )}
        {(draft.type === 'regexp' || draft.pattern !== '') && (
          <TextInput
            label="Pattern"
            description="A regular expression (RE2) that the value must match."
            withAsterisk={draft.type === 'regexp'}
            classNames={{ input: classes.code }}
            {...field('pattern')}
          />
        )}
        {draft.type === 'remote-options' && (
          <>
            <TextInput
              label="Address of the options"
              description="The server asks it whenever the choices are shown; it answers a JSON array. %THEEYE_USER_EMAIL% becomes the e-mail of who asks."
              placeholder="https://…"
              withAsterisk
              classNames={{ input: classes.code }}
              {...field('endpoint_url')}
            />
            <SimpleGrid cols={{ base: 1, sm: 2 }}>
              <TextInput label="Attribute with the value" placeholder="id" {...field('id_attribute')} />
              <TextInput
                label="Attribute with the text shown"
                placeholder="label"
                {...field('text_attribute')}
              />
            </SimpleGrid>
          </>
        )}
        {(draft.type !== 'file' || draft.value !== '') && (
          <Textarea
            label={fixed ? 'Value' : 'Default value'}
            autosize
            minRows={1}
            maxRows={8}
            classNames={{ input: classes.code }}
            spellCheck={false}
            {...field('value')}
          />
        )}
        {!fixed && (
          <Group gap="lg">
            <Checkbox label="Required" {...check('required')} />
            <Checkbox label="Several values" {...check('multiple')} />
            <Checkbox label="Masked: never shown again" {...check('masked')} />
          </Group>
        )}
      </Stack>
    </fieldset>
  );
}

function CardActions({ form, index, count }: Omit<CardProps, 'draft'>) {
  const move = (to: number) => form.reorderListItem('task_arguments', { from: index, to });
  const action = (label: string, icon: React.ReactNode, disabled: boolean, onClick: () => void) => (
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
