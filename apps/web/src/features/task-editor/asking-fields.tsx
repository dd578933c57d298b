import { WHO, type Approval } from '@argus/contract';
import { NumberInput, Radio, Select, SimpleGrid, Stack, Switch, Textarea, Input, Group } from '@mantine/core';
import { Panel } from '../../ui/page.tsx';
import type { FormPart } from './form-part.ts';
import { PeopleInput } from '../tasks/people-input.tsx';
import classes from './task-form.module.css';

type Who = Approval['who'];

const WHO_LABELS: Readonly<Record<Who, string>> = {
  fixed: 'People that are named here',
  starter: 'Whoever started it',
  assigned: 'Whom the run is assigned to',
  next: 'Whom the job before it names',
};

/** Who else is asked, where the choice finds nobody. */
const FALLBACK: Readonly<Partial<Record<Who, string>>> = {
  starter: 'Asked where no member started it: a schedule, a webhook, a secret key.',
  assigned: 'Asked where a run is assigned to nobody.',
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
        label="Who is asked"
        description={
          who === 'next'
            ? of === 'approval'
              ? 'A script names them in the "next" of its result: {"approval": {"approvers": ["ada@example.org"]}}.'
              : 'A script names them in the "next" of its result: {"user_inputs_members": ["ada@example.org"]}.'
            : who === 'assigned'
              ? 'Who runs it names them: “Assign to” on the page, assignee in the API.'
              : undefined
        }
        allowDeselect={false}
        data={WHO.map((value) => ({ value, label: WHO_LABELS[value] }))}
        {...form.getInputProps(`${of}.who`)}
      />
      {who !== 'next' && (
        <PeopleInput
          label={who === 'fixed' ? 'People' : 'Otherwise'}
          description={`${FALLBACK[who] ?? ''} E-mail addresses of members, roles, or member tags (team:ops). They see the job, whatever the access list says.`.trim()}
          placeholder={who === 'fixed' ? 'e.g. ada@example.org, manager, team:finance' : 'nobody'}
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
  const label = 'Deadline';
  return (
    <Input.Wrapper
      label={label}
      description={
        of === 'inputs'
          ? 'Nobody in time: the job ends as timed out. Empty: it waits for ever.'
          : 'Empty: it waits for ever.'
      }
      error={form.errors[`${of}.deadline`]}
      labelElement="div"
    >
      <Group gap="xs" wrap="nowrap" mt={4} maw={420}>
        <NumberInput
          aria-label={label}
          placeholder="none"
          min={1}
          className={classes.grows}
          {...form.getInputProps(`${of}.deadline.count`)}
        />
        <Select
          aria-label="Unit of the deadline"
          allowDeselect={false}
          w={120}
          data={[
            { value: 's', label: 'seconds' },
            { value: 'min', label: 'minutes' },
            { value: 'h', label: 'hours' },
            { value: 'd', label: 'days' },
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
      label="Message"
      description={
        of === 'approval'
          ? 'What is asked: it is in the mail, on the page and at the link, with the arguments below.'
          : 'What is to be filled in, and what for.'
      }
      autosize
      minRows={2}
      maxRows={12}
      maxLength={5000}
      {...form.getInputProps(`${of}.message`)}
    />
  );
}

/** How an approval is come by. */
export function ApprovalFields({ form }: FormPart) {
  const { needed, deadline } = form.values.approval;
  const of = 'approval';
  return (
    <Panel title="What is asked, and of whom">
      <Stack>
        <Message form={form} of={of} />
        <WhoIsAsked form={form} of={of} />
        <Radio.Group label="How many must approve" {...form.getInputProps('approval.needed')}>
          <Group gap="lg" mt={6}>
            <Radio value="one" label="One of them" />
            <Radio value="all" label="All of them" />
            <Radio value="some" label="A number of them" />
          </Group>
        </Radio.Group>
        {needed === 'some' && (
          <NumberInput
            label="So many"
            description="Where fewer are asked, all of them."
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
              label="When nobody decided in time"
              allowDeselect={false}
              data={[
                { value: 'timeout', label: 'It ends as timed out' },
                { value: 'reject', label: 'It counts as rejected' },
                { value: 'approve', label: 'It counts as approved' },
              ]}
              {...form.getInputProps('approval.on_deadline')}
            />
          )}
        </SimpleGrid>
        <Select
          label="Reason"
          description="Who decides is asked why."
          allowDeselect={false}
          maw={420}
          data={[
            { value: 'never', label: 'May be given' },
            { value: 'on_reject', label: 'Is needed to reject' },
            { value: 'always', label: 'Is always needed' },
          ]}
          {...form.getInputProps('approval.reason')}
        />
        <Switch
          label="Who started it may not decide"
          description="Four eyes: the starter is not asked, even where they are named."
          {...form.getInputProps('approval.no_self', { type: 'checkbox' })}
        />
      </Stack>
    </Panel>
  );
}

/** Who fills in the form of an input task. */
export function InputFields({ form }: FormPart) {
  return (
    <Panel title="Who fills it in">
      <Stack>
        <Message form={form} of="inputs" />
        <WhoIsAsked form={form} of="inputs" />
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
    <Panel title="Where it starts by itself">
      <Stack>
        <Switch
          label="Ask people for the arguments where it starts by itself"
          description="A run by a trigger, a schedule or a workflow then waits until somebody has filled them in. Who runs it by hand gives them at once."
          {...form.getInputProps('asksInputs', { type: 'checkbox' })}
        />
        {asksInputs && (
          <>
            <Message form={form} of="inputs" />
            <WhoIsAsked form={form} of="inputs" />
            <Deadline form={form} of="inputs" />
          </>
        )}
      </Stack>
    </Panel>
  );
}
