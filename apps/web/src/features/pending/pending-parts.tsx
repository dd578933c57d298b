import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import type { Pending } from '@argus/contract';
import { Text } from '@mantine/core';
import { CheckIcon, ClockIcon, CrossIcon } from '../../ui/icons.tsx';
import { Ago, Countdown } from '../../ui/times.tsx';
import { JobFiles } from '../jobs/job-file.tsx';
import { shownValues, VIA, wordOf } from './pending-words.ts';
import classes from './pending.module.css';

/** The values that are to be looked at. */
export function AskedValues({ pending }: { pending: Pending }) {
  const values = shownValues(pending);
  if (values.length === 0) return null;
  return (
    <dl className={classes.values}>
      {values.map(({ label, value, isText, files }, place) => [
        <dt key={`label ${place}`}>{label}</dt>,
        // what scrolls must be within reach of the keyboard
        <dd
          key={`value ${place}`}
          data-none={!isText || undefined}
          tabIndex={value.length > 400 ? 0 : undefined}
        >
          {files.length > 0 ? <JobFiles job={pending.job_id} files={files} /> : value}
        </dd>,
      ])}
    </dl>
  );
}

/** Who asks, since when and until when. */
export function AskedBy({ pending }: { pending: Pending }) {
  const { started_by, since, deadline, workflow, is_open } = pending;
  return (
    <Text size="sm" c="dimmed" component="div">
      {workflow ? stepText(started_by, workflow) : t`Asked by ${started_by}`} · <Ago at={since} />
      {is_open && deadline !== null && (
        <>
          {' · '}
          <Trans>
            due <Countdown to={deadline} />
          </Trans>
        </>
      )}
    </Text>
  );
}

function stepText(started_by: string, { step, name }: NonNullable<Pending['workflow']>): string {
  return t`Asked by ${started_by}, step “${step}” of ${name}`;
}

/** Everybody who is asked, and what each said. */
export function AskedPeople({ pending }: { pending: Pending }) {
  const { people, decisions, is_open, kind } = pending;
  // of a form the first answer is the only one
  const shown =
    kind === 'input' && decisions.length > 0
      ? people.filter(({ user_id }) => decisions.some((one) => one.user_id === user_id))
      : people;
  return (
    <ul className={classes.people} aria-label={t`Who is asked`}>
      {shown.map(({ user_id, email, in_place_of }) => {
        const decided = decisions.find((one) => one.user_id === user_id);
        return (
          <li key={user_id}>
            <span className={classes.mark} data-decision={decided?.decision}>
              {decided === undefined ? (
                <ClockIcon />
              ) : decided.decision === 'reject' ? (
                <CrossIcon />
              ) : (
                <CheckIcon />
              )}
            </span>
            <span>
              <b>{email}</b> {in_place_of !== undefined && `${t`in place of ${in_place_of}`} `}
              {wordOf(decided, is_open)}
              {decided && (
                <Text span size="sm" c="dimmed">
                  {' '}
                  {VIA[decided.via]}, <Ago at={decided.at} />
                </Text>
              )}
              {decided && decided.reason !== '' && <span className={classes.reason}>“{decided.reason}”</span>}
            </span>
          </li>
        );
      })}
    </ul>
  );
}
