import { t } from '@lingui/core/macro';
import type { JobStats, JobStatsCounts } from '@argus/contract';
import { STATE_LABELS } from '../../ui/job-words.ts';
import { numberText } from '../../ui/locale.ts';
import classes from './stats-panel.module.css';

/** From the bottom up. */
export const STACK = ['success', 'failure', 'error', 'timeout', 'canceled'] as const;

export function totalOf(counts: JobStatsCounts): number {
  return STACK.reduce((sum, state) => sum + counts[state], 0);
}

const HEIGHT = 100;
const STEP = 10;
const BAR = 8;

/** A bar for each time, by how jobs ended; what each holds is its title. The numbers are in the table beside it too. */
export function StatsChart({
  stats: { buckets },
  describe,
}: {
  stats: JobStats;
  describe: (bucket: JobStats['buckets'][number]) => string;
}) {
  const most = Math.max(1, ...buckets.map(totalOf));
  const highest = numberText(most);
  const shown = STACK.filter((state) => buckets.some((bucket) => bucket[state] > 0));
  return (
    <figure className={classes.figure}>
      <svg
        role="img"
        aria-label={t`Ended jobs over time, by how they ended`}
        viewBox={`0 0 ${buckets.length * STEP} ${HEIGHT}`}
        preserveAspectRatio="none"
        className={classes.chart}
      >
        {buckets.map((bucket, place) => {
          let top = HEIGHT;
          return (
            <g key={bucket.from} className={classes.bucket}>
              <title>{describe(bucket)}</title>
              <rect className={classes.hover} x={place * STEP} y={0} width={STEP} height={HEIGHT} />
              {STACK.map((state) => {
                const height = (bucket[state] / most) * HEIGHT;
                top -= height;
                return (
                  height > 0 && (
                    <rect
                      key={state}
                      className={classes[state]}
                      x={place * STEP + (STEP - BAR) / 2}
                      y={top}
                      width={BAR}
                      height={height}
                    />
                  )
                );
              })}
            </g>
          );
        })}
      </svg>
      <figcaption className={classes.legend}>
        {shown.map((state) => (
          <span key={state} className={classes.key}>
            <svg viewBox="0 0 10 10" width="10" height="10" aria-hidden>
              <rect className={classes[state]} width="10" height="10" rx="2" />
            </svg>
            {STATE_LABELS[state]}
          </span>
        ))}
        <span className={classes.most}>{t`highest bar: ${highest}`}</span>
      </figcaption>
    </figure>
  );
}
