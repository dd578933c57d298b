import { t } from '@lingui/core/macro';
import { NumberInput, Radio, Stack, Switch, TagsInput, Textarea, TextInput } from '@mantine/core';
import { EnvField } from '../../../ui/env-field.tsx';
import { Panel } from '../../../ui/page.tsx';
import { AclInput } from '../../tasks/access.tsx';
import { ArgumentCards } from '../../task-editor/arguments-editor.tsx';
import type { FormPart } from '../../task-editor/form-part.ts';

export function WhatItIs({ form }: FormPart) {
  return (
    <Panel title={t`What it is`}>
      <Stack>
        <TextInput
          label={t`Name`}
          description={t`What people look for when they want this done.`}
          withAsterisk
          autoFocus={form.values.name === ''}
          {...form.getInputProps('name')}
        />
        <Textarea
          label={t`Description`}
          description={t`What it does, and what to expect when it is done.`}
          autosize
          minRows={1}
          maxRows={12}
          {...form.getInputProps('description')}
        />
        <TagsInput
          label={t`Tags`}
          description={t`Words to find it by. Enter adds one.`}
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
    <Panel title={t`What it asks for`}>
      <Stack>
        <Radio.Group
          aria-label={t`Arguments`}
          value={own ? 'own' : 'first'}
          onChange={(value) => onOwn(value === 'own')}
        >
          <Stack gap="xs">
            <Radio
              value="first"
              label={t`The arguments of its first step`}
              description={t`They are asked for whenever it runs, and given to that step.`}
            />
            <Radio
              value="own"
              label={t`Arguments of its own`}
              description={t`Steps take them as input[0], input[1] and so on.`}
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
    <Panel title={t`How it runs`}>
      <Stack>
        <Switch
          label={t`One run at a time`}
          description={t`Further runs wait until the one before them is over.`}
          {...multitasking}
          checked={several !== true}
          onChange={(event) => onChange(!event.currentTarget.checked)}
        />
        <EnvField
          description={t`Variables that every step finds in its environment, one KEY=value a line, before those of its task. Only admins see them.`}
          // verbatim: variables
          placeholder={'REGION=eu-west\nDB_PASSWORD={secret:DB_PASSWORD}'}
          {...form.getInputProps('env')}
        />
      </Stack>
    </Panel>
  );
}

export function WhoAndHowLong({ form }: FormPart) {
  return (
    <Panel title={t`Who sees it, and how long its runs are kept`}>
      <Stack>
        <AclInput label={t`Who may see it`} {...form.getInputProps('acls')} value={form.values.acls} />
        <NumberInput
          label={t`Keep runs for`}
          description={t`Older runs are deleted; their jobs are kept as long as their tasks say.`}
          placeholder="90"
          min={1}
          max={36_500}
          allowDecimal={false}
          suffix={t` days`}
          maw={420}
          {...form.getInputProps('retention_days')}
        />
      </Stack>
    </Panel>
  );
}
