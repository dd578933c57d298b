import type { Host } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { useNavigate, useParams } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { said } from '../../api/sentences/said.ts';
import { useApi, useCustomer } from '../../api/hooks.ts';
import { useMay } from '../../api/session.ts';
import { TextLink } from '../../ui/link.tsx';
import { EmptyState, Facts, Loaded, Page, Panel } from '../../ui/page.tsx';
import { Ago } from '../../ui/times.tsx';
import { BotLabels, EditBot } from './bot-settings.tsx';
import { BotWork } from './bot-work.tsx';
import { HealthPanel } from './health.tsx';
import { DisabledNote, HostActions, Problem, StatusBadge } from './host-parts.tsx';
import { RunSample } from './sample.tsx';

const REFRESH_MS = 3_000;

/** One bot: what machine it is, what it can do, and how it is. */
export function BotPage() {
  const customer = useCustomer();
  const { botId } = useParams({ from: '/$customer/bots/$botId' });
  const host = useApi('getHost', { params: { id: botId } }, { refetchInterval: REFRESH_MS });
  const edits = useMay('admin');
  const navigate = useNavigate();
  const toList = () => void navigate({ to: '/$customer/bots', params: { customer }, replace: true });
  return (
    <Page
      title={host.data?.hostname ?? t`Bot`}
      aside={host.data && <StatusBadge status={host.data.status} />}
      parent={
        <TextLink to="/$customer/bots" params={{ customer }} size="sm">
          <Trans>Bots</Trans>
        </TextLink>
      }
      actions={
        edits &&
        host.data && (
          <>
            {host.data.status === 'online' && <RunSample host={host.data} />}
            <EditBot host={host.data} />
            <HostActions host={host.data} onRemoved={toList} />
          </>
        )
      }
    >
      <Loaded query={host}>
        {(found) => (
          <>
            {found.info?.problem && <Problem size="sm">{said(found.info.problem)}</Problem>}
            <DisabledNote host={found} size="sm" />
            <Panel>
              <Facts facts={factsOf(found)} />
            </Panel>
            {found.info && <HealthPanel host={found} />}
            {found.info && <BotWork host={found} />}
            {found.info ? (
              <>
                <Panel title={t`Interpreters`}>
                  <Facts facts={Object.entries(found.info.interpreters)} />
                </Panel>
                {Object.keys(found.info.capabilities).length > 0 && (
                  <Panel title={t`Capabilities`}>
                    <Facts facts={Object.entries(found.info.capabilities)} />
                  </Panel>
                )}
              </>
            ) : (
              <EmptyState title={t`It has not called yet`}>
                <Trans>What machine it is will be seen as soon as its bot has connected.</Trans>
              </EmptyState>
            )}
          </>
        )}
      </Loaded>
    </Page>
  );
}

type Fact = readonly [name: string, value: ReactNode];

function factsOf(host: Host): Fact[] {
  const { info, labels, running, slots, last_seen_at, created_at, id } = host;
  return [
    ...(info === null
      ? []
      : ([
          [t`System`, `${info.os} ${info.release}`],
          [t`Processor`, info.arch],
          [t`Scripts run as`, info.run_user],
          [t`Version`, info.version],
          ...(info.protocol === null ? [] : [[t`Bot protocol`, info.protocol] as const]),
        ] as const)),
    [t`Running`, t`${running} of ${slots}`],
    [t`Labels`, labels.length === 0 ? t`none` : <BotLabels key="labels" host={host} />],
    [t`Last seen`, <Ago key="seen" at={last_seen_at} />],
    [t`Added`, <Ago key="added" at={created_at} />],
    [t`Bot id`, id],
  ];
}
