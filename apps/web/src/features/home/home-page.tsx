import { t } from '@lingui/core/macro';
import type { Overview } from '@argus/contract';
import { useApi } from '../../api/hooks.ts';
import { Loaded, Page } from '../../ui/page.tsx';
import { Failing } from './failing.tsx';
import { FirstSteps } from './first-steps.tsx';
import { NeedsMe } from './needs-me.tsx';
import { ComesNext, Running, SilentBots } from './running.tsx';
import { Tiles } from './tiles.tsx';
import { Waiting } from './waiting.tsx';
import classes from './home.module.css';

const REFRESH_MS = 5_000;

/** What runs, what waits and why, what fails, what needs whoever looks. */
export function HomePage() {
  const overview = useApi('getOverview', {}, { refetchInterval: REFRESH_MS });
  return (
    <Page title={t`Home`}>
      <Loaded query={overview}>{(data) => <Sight overview={data} />}</Loaded>
    </Page>
  );
}

function Sight({ overview }: { overview: Overview }) {
  return (
    <>
      <FirstSteps steps={overview.first_steps} />
      <Tiles overview={overview} />
      <NeedsMe />
      <div className={classes.columns}>
        <Failing failing={overview.failing} />
        <Running running={overview.running} />
        <Waiting waiting={overview.waiting} />
        <ComesNext schedules={overview.schedules} />
        <SilentBots bots={overview.bots} />
      </div>
    </>
  );
}
