import { WHO, type Approval } from '@argus/contract';
import { t } from '@lingui/core/macro';
import {
  Group,
  Input,
  MultiSelect,
  NumberInput,
  Radio,
  Select,
  SimpleGrid,
  Stack,
  Switch,
  Textarea,
} from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { Panel } from '../../ui/page.tsx';
import { CHANNEL_LABELS } from '../notifications/words.ts';
import type { FormPart } from './form-part.ts';
import { PeopleInput } from '../tasks/people-input.tsx';
import classes from './task-form.module.css';

type Who = Approval['who'];

const NEXT_APPROVERS = '{"approval": {"approvers": ["ada@example.org"]}}';
const NEXT_MEMBERS = '{"user_inputs_members": ["ada@example.org"]}';

const WHO_LABELS: Readonly<Record<Who, string>> = {
  fixed: t`People that are named here`,
  starter: t`Whoever started it`,
  assigned: t`Whom the run is assigned to`,
  next: t`Whom the job before it names`,
};

/** Who else is asked, where the choice finds nobody. */
const FALLBACK: Readonly<Partial<Record<Who, string>>> = {
  starter: t`Asked where no member started it: a schedule, a webhook, a secret key. E-mail addresses of members, roles, or member tags (team:ops). They see the job, whatever the access list says.`,
  assigned: t`Asked where a run is assigned to nobody. E-mail addresses of members, roles, or member tags (team:ops). They see the job, whatever the access list says.`,
};

interface AskingPart extends FormPart {
  /** Which settings of the form are edited. */
  of: 'approval' | 'inputs';
}

/** Who is asked. */
function WhoIsAsked({ form, of }: AskingPart) {
  const { who } = form.values[of];
  return (
    <>
      <Select
        label={t`Who is asked`}
        description={
          who === 'next'
            ? of === 'approval'
              ? t`A script names them in the "next" of its result: ${NEXT_APPROVERS}.`
              : t`A script names them in the "next" of its result: ${NEXT_MEMBERS}.`
            : who === 'assigned'
              ? t`Who runs it names them: “Assign to” on the page, assignee in the API.`
              : undefined
        }
        allowDeselect={false}
        data={WHO.map((value) => ({ value, label: WHO_LABELS[value] }))}
        {...form.getInputProps(`${of}.who`)}
      />
      {who !== 'next' && (
        <PeopleInput
          label={who === 'fixed' ? t`People` : t`Otherwise`}
          description={
            FALLBACK[who] ??
            t`E-mail addresses of members, roles, or member tags (team:ops). They see the job, whatever the access list says.`
          }
          placeholder={who === 'fixed' ? t`e.g. ada@example.org, manager, team:finance` : t`nobody`}
          withAsterisk={who === 'fixed'}
          {...form.getInputProps(`${of}.people`)}
          value={form.values[of].people}
        />
      )}
    </>
  );
}

/** Until when there is time. */
function Deadline({ form, of }: AskingPart) {
  const label = t`Deadline`;
  return (
    <Input.Wrapper
      label={label}
      description={
        of === 'inputs'
          ? t`Nobody in time: the job ends as timed out. Empty: it waits for ever.`
          : t`Empty: it waits for ever.`
      }
      error={form.errors[`${of}.deadline`]}
      labelElement="div"
    >
      <Group gap="xs" wrap="nowrap" mt={4} maw={420}>
        <NumberInput
          aria-label={label}
          placeholder={t`none`}
          min={1}
          className={classes.grows}
          {...form.getInputProps(`${of}.deadline.count`)}
        />
        <Select
          aria-label={t`Unit of the deadline`}
          allowDeselect={false}
          w={120}
          data={[
            { value: 's', label: t`seconds` },
            { value: 'min', label: t`minutes` },
            { value: 'h', label: t`hours` },
            { value: 'd', label: t`days` },
          ]}
          {...form.getInputProps(`${of}.deadline.unit`)}
        />
      </Group>
    </Input.Wrapper>
  );
}

function Message({ form, of }: AskingPart) {
  return (
    <Textarea
      label={t`Message`}
      description={
        of === 'approval'
          ? t`What is asked: it is in the mail, on the page and at the link, with the arguments below.`
          : t`What is to be filled in, and what for.`
      }
      autosize
      minRows={2}
      maxRows={12}
      maxLength={5000}
      {...form.getInputProps(`${of}.message`)}
    />
  );
}

/** Where many read that somebody is asked. Where there is no channel, there is nothing to choose. */
function AlsoTold({ form, of }: AskingPart) {
  const channels = useApi('listChannels', {}).data;
  const chosen = form.values[of].channels ?? [];
  if (channels === undefined || (channels.length === 0 && chosen.length === 0)) return null;
  const known = new Set(channels.map(({ id }) => id));
  return (
    <MultiSelect
      label={t`Channels that are told too`}
      description={t`Slack, Teams, a webhook or addresses. The message leads to the page of the job: who is asked signs in and decides there.`}
      placeholder={chosen.length === 0 ? t`none` : undefined}
      data={[
        ...channels.map(({ id, name, type }) => ({ value: id, label: `${name} (${CHANNEL_LABELS[type]})` })),
        ...chosen.filter((id) => !known.has(id)).map((id) => ({ value: id, label: t`a deleted channel` })),
      ]}
      searchable
      maxValues={20}
      error={form.errors[`${of}.channels`]}
      value={chosen}
      onChange={(ids) => form.setFieldValue(`${of}.channels`, ids)}
    />
  );
}

/** How an approval is come by. */
export function ApprovalFields({ form }: FormPart) {
  const { needed, deadline } = form.values.approval;
  const of = 'approval';
  return (
    <Panel title={t`What is asked, and of whom`}>
      <Stack>
        <Message form={form} of={of} />
        <WhoIsAsked form={form} of={of} />
        <AlsoTold form={form} of={of} />
        <Radio.Group label={t`How many must approve`} {...form.getInputProps('approval.needed')}>
          <Group gap="lg" mt={6}>
            <Radio value="one" label={t`One of them`} />
            <Radio value="all" label={t`All of them`} />
            <Radio value="some" label={t`A number of them`} />
          </Group>
        </Radio.Group>
        {needed === 'some' && (
          <NumberInput
            label={t`So many`}
            description={t`Where fewer are asked, all of them.`}
            min={1}
            max={200}
            allowDecimal={false}
            maw={240}
            {...form.getInputProps('approval.count')}
          />
        )}
        <SimpleGrid cols={{ base: 1, sm: 2 }} className={classes.pair}>
          <Deadline form={form} of={of} />
          {deadline.count !== '' && (
            <Select
              label={t`When nobody decided in time`}
              allowDeselect={false}
              data={[
                { value: 'timeout', label: t`It ends as timed out` },
                { value: 'reject', label: t`It counts as rejected` },
                { value: 'approve', label: t`It counts as approved` },
              ]}
              {...form.getInputProps('approval.on_deadline')}
            />
          )}
        </SimpleGrid>
        <Select
          label={t`Reason`}
          description={t`Who decides is asked why.`}
          allowDeselect={false}
          maw={420}
          data={[
            { value: 'never', label: t`May be given` },
            { value: 'on_reject', label: t`Is needed to reject` },
            { value: 'always', label: t`Is always needed` },
          ]}
          {...form.getInputProps('approval.reason')}
        />
        <Switch
          label={t`Who started it may not decide`}
          description={t`Four eyes: the starter is not asked, even where they are named.`}
          {...form.getInputProps('approval.no_self', { type: 'checkbox' })}
        />
      </Stack>
    </Panel>
  );
}

/** Who fills in the form of an input task. */
export function InputFields({ form }: FormPart) {
  return (
    <Panel title={t`Who fills it in`}>
      <Stack>
        <Message form={form} of="inputs" />
        <WhoIsAsked form={form} of="inputs" />
        <AlsoTold form={form} of="inputs" />
        <Deadline form={form} of="inputs" />
      </Stack>
    </Panel>
  );
}

/** Whether people give the arguments of a script that nobody starts by hand. */
export function AskForInputs({ form }: FormPart) {
  const { asksInputs, task_arguments } = form.values;
  if (!asksInputs && task_arguments.length === 0) return null;
  return (
    <Panel title={t`Where it starts by itself`}>
      <Stack>
        <Switch
          label={t`Ask people for the arguments where it starts by itself`}
          description={t`A run by a trigger, a schedule or a workflow then waits until somebody has filled them in. Who runs it by hand gives them at once.`}
          {...form.getInputProps('asksInputs', { type: 'checkbox' })}
        />
        {asksInputs && (
          <>
            <Message form={form} of="inputs" />
            <WhoIsAsked form={form} of="inputs" />
            <AlsoTold form={form} of="inputs" />
            <Deadline form={form} of="inputs" />
          </>
        )}
      </Stack>
    </Panel>
  );
}
