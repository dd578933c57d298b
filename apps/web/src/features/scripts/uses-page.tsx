import type { ResultOf } from '@argus/client';
import type { Script } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Select, Table, Text } from '@mantine/core';
import { toasts } from '../../ui/toasts.ts';
import { getRouteApi } from '@tanstack/react-router';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Loaded, Panel } from '../../ui/page.tsx';
import { ScriptFrame } from './script-frame.tsx';
import classes from './scripts.module.css';

const route = getRouteApi('/$customer/scripts/$scriptId/uses');

type Use = ResultOf<'listScriptTasks'>[number];

/** The tasks that run a script, and the version that each runs: what a change of it changes. */
export function UsesPage() {
  const { scriptId } = route.useParams();
  const script = useApi('getScript', { params: { id: scriptId } });
  const tasks = useApi('listScriptTasks', { params: { id: scriptId } });
  return (
    <Loaded query={script}>
      {(found) => (
        <ScriptFrame script={found}>
          <Panel>
            <Loaded query={tasks} height={80}>
              {(list) =>
                list.length === 0 ? (
                  <EmptyState title={t`No task runs it`}>
                    <Trans>
                      A task says on which bot a script runs, with which arguments and when. Choose this
                      script in a new task.
                    </Trans>
                  </EmptyState>
                ) : (
                  <Table highlightOnHover={false}>
                    <Table.Thead>
                      <Table.Tr>
                        <Table.Th>
                          <Trans>Task</Trans>
                        </Table.Th>
                        <Table.Th>
                          <Trans>Runs version</Trans>
                        </Table.Th>
                        <Table.Th visibleFrom="xs">
                          <Trans>Bot</Trans>
                        </Table.Th>
                      </Table.Tr>
                    </Table.Thead>
                    <Table.Tbody>
                      {list.map((use) => (
                        <UseRow key={use.id} script={found} use={use} />
                      ))}
                    </Table.Tbody>
                  </Table>
                )
              }
            </Loaded>
          </Panel>
        </ScriptFrame>
      )}
    </Loaded>
  );
}

function UseRow({ script, use }: { script: Script; use: Use }) {
  const customer = useCustomer();
  const edits = useMay('admin');
  const { id, name, hostname, script_version: pin } = use;
  const { version } = script;
  return (
    <Table.Tr>
      <Table.Td className={classes.break}>
        <TextLink to="/$customer/tasks/$taskId" params={{ customer, taskId: id }} size="sm" fw={500}>
          {name}
        </TextLink>
      </Table.Td>
      <Table.Td>
        {edits ? (
          <Pin script={script} use={use} />
        ) : pin === null ? (
          t`newest (${version})`
        ) : (
          t`version ${pin}`
        )}
      </Table.Td>
      <Table.Td visibleFrom="xs">{hostname ?? t`no bot yet`}</Table.Td>
    </Table.Tr>
  );
}

const NEWEST = 'newest';

function Pin({ script: { version }, use: { id, name, script_version: pin } }: { script: Script; use: Use }) {
  const pinTask = useChange('updateTask', ['listScriptTasks', 'getTask', 'listTasks']);
  const set = (value: string) => {
    const wanted = value === NEWEST ? null : Number(value);
    pinTask.mutate(
      { params: { id }, body: { script_version: wanted } },
      {
        onSuccess: () =>
          toasts.show({
            message:
              wanted === null
                ? t`${name} runs the newest version.`
                : t`${name} stays with version ${wanted}.`,
          }),
      },
    );
  };
  const versions = Array.from({ length: version }, (_, index) => version - index);
  return (
    <>
      <Select
        size="xs"
        w={170}
        aria-label={t`Version that ${name} runs`}
        allowDeselect={false}
        disabled={pinTask.isPending}
        data={[
          { value: NEWEST, label: t`always the newest` },
          ...versions.map((one) => ({ value: String(one), label: t`version ${one}` })),
        ]}
        value={pin === null ? NEWEST : String(pin)}
        onChange={(value) => value !== null && set(value)}
      />
      <ErrorNotice error={pinTask.error} />
      {pin !== null && pin < version && (
        <Text size="xs" c="dimmed">
          <Trans>not the newest</Trans>
        </Text>
      )}
    </>
  );
}
