import { NumberInput, Radio, Stack, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { Panel } from '../../../ui/page.tsx';
import { AclInput } from '../../tasks/access.tsx';
import { ArgumentCards } from '../../task-editor/arguments-editor.tsx';
import type { FormPart } from '../../task-editor/form-part.ts';
import classes from './editor.module.css';

export function WhatItIs({ form }: FormPart) {
  return (
    <Panel title="What it is">
      <Stack>
        <TextInput
          label="Name"
          description="What people look for when they want this done."
          withAsterisk
          autoFocus={form.values.name === ''}
          {...form.getInputProps('name')}
        />
        <Textarea
          label="Description"
          description="What it does, and what to expect when it is done."
          autosize
          minRows={1}
          maxRows={12}
          {...form.getInputProps('description')}
        />
        <TagsInput
          label="Tags"
          description="Words to find it by. Enter adds one."
          {...form.getInputProps('tags')}
        />
      </Stack>
    </Panel>
  );
}

interface WhatItAsksForProps extends FormPart {
  own: boolean;
  onOwn: (own: boolean) => void;
}

/** What a run is given: what its first step asks for, or arguments of its own. */
export function WhatItAsksFor({ form, own, onOwn }: WhatItAsksForProps) {
  return (
    <Panel title="What it asks for">
      <Stack>
        <Radio.Group
          aria-label="Arguments"
          value={own ? 'own' : 'first'}
          onChange={(value) => onOwn(value === 'own')}
        >
          <Stack gap="xs">
            <Radio
              value="first"
              label="The arguments of its first step"
              description="They are asked for whenever it runs, and given to that step."
            />
            <Radio
              value="own"
              label="Arguments of its own"
              description="Steps take them as input[0], input[1] and so on."
            />
          </Stack>
        </Radio.Group>
        {own && <ArgumentCards form={form} />}
      </Stack>
    </Panel>
  );
}

export function HowItRuns({ form }: FormPart) {
  const {
    checked: several,
    onChange,
    ...multitasking
  } = form.getInputProps('multitasking', {
    type: 'checkbox',
  }) as { checked?: boolean; onChange: (value: boolean) => void };
  return (
    <Panel title="How it runs">
      <Stack>
        <Switch
          label="One run at a time"
          description="Further runs wait until the one before them is over."
          {...multitasking}
          checked={several !== true}
          onChange={(event) => onChange(!event.currentTarget.checked)}
        />
        <Textarea
          label="Environment (env)"
          description="Variables that every step finds in its environment, one KEY=value a line, before those of its task. Only admins see them."
          placeholder={'REGION=eu-west\nLOG_LEVEL=debug'}
          autosize
          minRows={2}
          maxRows={16}
          spellCheck={false}
          classNames={{ input: classes.code }}
          {...form.getInputProps('env')}
        />
      </Stack>
    </Panel>
  );
}

export function WhoAndHowLong({ form }: FormPart) {
  return (
    <Panel title="Who sees it, and how long its runs are kept">
      <Stack>
        <AclInput label="Who may see it" {...form.getInputProps('acls')} value={form.values.acls} />
        <NumberInput
          label="Keep runs for"
          description="Older runs are deleted; their jobs are kept as long as their tasks say."
          placeholder="90"
          min={1}
          max={36_500}
          allowDecimal={false}
          suffix=" days"
          maw={420}
          {...form.getInputProps('retention_days')}
        />
      </Stack>
    </Panel>
  );
}
