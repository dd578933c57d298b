import { plural, t } from '@lingui/core/macro';
import type { Overview } from '@argus/contract';
import { Button, Text, VisuallyHidden } from '@mantine/core';
import { useState } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { kept } from '../../ui/kept.ts';
import { CheckIcon } from '../../ui/icons.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Panel } from '../../ui/page.tsx';
import classes from './home.module.css';

type Steps = Overview['first_steps'];

const STEPS: readonly { key: keyof Steps; to: string; title: string; text: string }[] = [
  {
    key: 'bot',
    to: 'bots',
    title: t`Enrol a bot`,
    text: t`One command on the machine that shall run your scripts. It calls here; nothing has to be opened there.`,
  },
  {
    key: 'script',
    to: 'scripts/new',
    title: t`Add a script`,
    text: t`Any file that a machine can run: shell, Python, PowerShell, Node.`,
  },
  {
    key: 'task',
    to: 'tasks/new',
    title: t`Make a task of it`,
    text: t`Which bot runs it, with which arguments, and who may.`,
  },
  {
    key: 'green_run',
    to: 'tasks',
    title: t`Run it until it is green`,
    text: t`Press Run and follow the log. A task may run again as often as you like.`,
  },
  {
    key: 'token',
    to: 'settings/credentials/integration-tokens',
    title: t`Let a program start it`,
    text: t`Make an integration token and start the task with curl or from your own code.`,
  },
];

const placeOf = (customer: string) => kept<'yes'>('browser', `first-steps-hidden-${customer}`);

/** What a new organization needs to do something; each step ticks itself off. Nothing once all are done. */
export function FirstSteps({ steps }: { steps: Steps }) {
  const customer = useCustomer();
  const maySetUp = useMay('admin');
  const [hidden, setHidden] = useState(() => placeOf(customer).read() !== undefined);
  const open = STEPS.filter(({ key }) => !steps[key]).length;
  if (open === 0 || hidden) return null;
  if (!maySetUp)
    return steps.task ? null : (
      <Panel title={t`Nothing to run yet`}>
        <Text size="sm">{t`An admin of this organization adds a bot, scripts and tasks. What you may run appears here and under Tasks.`}</Text>
      </Panel>
    );
  const hide = () => {
    placeOf(customer).write('yes');
    setHidden(true);
  };
  return (
    <Panel
      title={t`First steps`}
      actions={
        <Button variant="subtle" size="xs" color="gray" onClick={hide}>
          {t`Hide`}
        </Button>
      }
    >
      <Text size="sm" c="dimmed">
        {plural(open, { one: '# step is left.', other: '# steps are left.' })}
      </Text>
      <ol className={classes.steps}>
        {STEPS.map(({ key, to, title, text }) => (
          <li key={key} className={classes.step}>
            <span className={classes.mark} data-done={steps[key] || undefined}>
              {steps[key] && <CheckIcon size={14} />}
            </span>
            <div>
              {steps[key] ? (
                <Text size="sm" c="dimmed">
                  {title}
                  <VisuallyHidden>{t`(done)`}</VisuallyHidden>
                </Text>
              ) : (
                <>
                  <TextLink to={`/${customer}/${to}` as '/'} size="sm" fw={600}>
                    {title}
                  </TextLink>
                  <Text size="sm" c="dimmed">
                    {text}
                  </Text>
                </>
              )}
            </div>
          </li>
        ))}
      </ol>
    </Panel>
  );
}
