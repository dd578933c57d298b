import { t } from '@lingui/core/macro';
import type { Overview } from '@argus/contract';
import { Link } from '@tanstack/react-router';
import type { ReactNode } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { BotIcon, ClockIcon, InboxIcon, RunningIcon, WarningIcon } from '../../ui/icons.tsx';
import { useMyPending } from '../pending/pending-count.ts';
import { counted } from './home-words.ts';
import classes from './home.module.css';

/** How much there is of each, and where all of it is. */
export function Tiles({ overview }: { overview: Overview }) {
  const customer = useCustomer();
  const params = { customer };
  const mine = useMyPending().data?.length ?? 0;
  const { running, waiting, failing, bots } = overview;
  const queued = waiting.queues.reduce((sum, { jobs }) => sum + jobs, 0);
  const held = waiting.on_hold.reduce((sum, { jobs }) => sum + jobs, 0);
  const there = counted(bots.there, Infinity);
  const all = counted(bots.count, Infinity);
  return (
    <ul className={classes.tiles} aria-label={t`At a glance`}>
      <li>
        <Link
          to="/$customer/pending"
          params={params}
          className={classes.tile}
          data-urgent={mine > 0 || undefined}
        >
          <Tile number={counted(mine)} label={t`Need me`} icon={<InboxIcon />} />
        </Link>
      </li>
      <li>
        <Link
          to="/$customer/jobs"
          params={params}
          search={{ state: 'failure' }}
          className={classes.tile}
          data-urgent={failing.count > 0 || undefined}
        >
          <Tile number={counted(failing.count, 100)} label={t`Tasks that fail`} icon={<WarningIcon />} />
        </Link>
      </li>
      <li>
        <Link to="/$customer/jobs" params={params} search={{ lifecycle: 'started' }} className={classes.tile}>
          <Tile number={counted(running.count)} label={t`Running`} icon={<RunningIcon />} />
        </Link>
      </li>
      <li>
        <Link to="/$customer/queue" params={params} className={classes.tile}>
          <Tile number={counted(queued + held)} label={t`Waiting`} icon={<ClockIcon />} />
        </Link>
      </li>
      <li>
        <Link
          to="/$customer/bots"
          params={params}
          className={classes.tile}
          data-urgent={bots.silent_count > 0 || undefined}
        >
          <Tile number={t`${there} of ${all}`} label={t`Bots that report`} icon={<BotIcon />} />
        </Link>
      </li>
    </ul>
  );
}

function Tile({ number, label, icon }: { number: string; label: string; icon: ReactNode }) {
  return (
    <>
      <span className={classes.number}>{number}</span>
      <span className={classes.label}>
        {icon}
        {label}
      </span>
    </>
  );
}
