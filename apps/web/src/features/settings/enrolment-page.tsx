import type { OpenEnrollment } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Button, Group, Stack, Table, Text, TextInput } from '@mantine/core';
import { useQueryClient } from '@tanstack/react-query';
import { useState, type SubmitEvent } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { ConfirmButton } from '../../ui/confirm-button.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Countdown } from '../../ui/times.tsx';
import { AgentDialog } from '../bots/agent-dialog.tsx';
import { AgentsPanel } from '../bots/agents-panel.tsx';
import { useEnrolling } from '../bots/enroll-dialog.tsx';
import { MadeBy } from './made-by.tsx';
import { useDialog } from '../../ui/use-dialog.ts';
import classes from './settings.module.css';

/** Settings > Credentials > Bot enrolment: what lets machines in, and who made it. */
export function EnrolmentPage() {
  const customer = useCustomer();
  const cache = useQueryClient();
  const codes = useApi('listEnrollments', {});
  // the code may have been used meanwhile
  const enrolling = useEnrolling(
    () => void cache.invalidateQueries({ queryKey: ['listEnrollments', customer] }),
  );
  const connecting = useDialog('connect-agent');
  const bots = (
    <TextLink to="/$customer/bots" params={{ customer }} size="sm">
      {t`Bots`}
    </TextLink>
  );
  return (
    <Page
      title={t`Bot enrolment`}
      parent={t`Settings · Credentials`}
      actions={
        <Button variant="default" onClick={connecting.open}>
          {t`Connect an existing agent`}
        </Button>
      }
    >
      <Panel title={t`Enrol a bot`}>
        <NewCode onMake={enrolling.begin} />
      </Panel>
      <Panel title={t`Codes that wait for their bot`}>
        <Loaded query={codes} height={80}>
          {(list) =>
            list.length === 0 ? (
              <EmptyState title={t`No code waits`}>
                <Trans>A code works once, for a short time. Bots that used theirs are under {bots}.</Trans>
              </EmptyState>
            ) : (
              <CodeTable codes={list} />
            )
          }
        </Loaded>
      </Panel>
      <AgentsPanel onCreate={connecting.open} />
      {enrolling.dialog}
      {connecting.opened && <AgentDialog onClose={connecting.close} />}
    </Page>
  );
}

function NewCode({ onMake }: { onMake: (hostname: string) => void }) {
  const [hostname, setHostname] = useState('');
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    onMake(hostname.trim());
  };
  return (
    <form onSubmit={submit} aria-label={t`Enrol a bot`}>
      <Stack maw={480} gap="sm">
        <Text size="sm">
          {t`You get one line to run on the machine. It calls here with a code that is shown this once.`}
        </Text>
        <TextInput
          label={t`Only for this machine`}
          description={t`Its hostname. Empty: the first that uses the code.`}
          // verbatim: the name of a machine
          placeholder="web-1"
          maxLength={255}
          autoComplete="off"
          value={hostname}
          onChange={(event) => setHostname(event.currentTarget.value)}
        />
        <Group>
          <Button type="submit">{t`Make a code`}</Button>
        </Group>
      </Stack>
    </form>
  );
}

function CodeTable({ codes }: { codes: readonly OpenEnrollment[] }) {
  return (
    <Table verticalSpacing="xs">
      <Table.Thead>
        <Table.Tr>
          <Table.Th>{t`For`}</Table.Th>
          <Table.Th visibleFrom="sm">{t`Made`}</Table.Th>
          <Table.Th>{t`Ends`}</Table.Th>
          <Table.Th aria-label={t`Actions`} />
        </Table.Tr>
      </Table.Thead>
      <Table.Tbody>
        {codes.map((code) => (
          <Table.Tr key={code.id}>
            <Table.Td className={classes.break}>{code.hostname ?? t`any machine`}</Table.Td>
            <Table.Td visibleFrom="sm" className={classes.break}>
              <MadeBy at={code.created_at} by={code.created_by} />
            </Table.Td>
            <Table.Td>
              <Countdown to={code.expires} />
            </Table.Td>
            <Table.Td ta="right">
              <RevokeCode code={code} />
            </Table.Td>
          </Table.Tr>
        ))}
      </Table.Tbody>
    </Table>
  );
}

function RevokeCode({ code: { id, hostname } }: { code: OpenEnrollment }) {
  const revoke = useChange('deleteEnrollment', ['listEnrollments']);
  const machine = hostname ?? t`any machine`;
  return (
    <ConfirmButton
      name={`revoke.${id}`}
      size="xs"
      label={t`Revoke`}
      aria-label={t`Revoke the code for ${machine}`}
      question={t`The line with this code works no more. Bots that are enrolled already stay.`}
      onConfirm={() => revoke.mutateAsync({ params: { id } })}
      error={revoke.error}
      pending={revoke.isPending}
    />
  );
}
