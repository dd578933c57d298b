import { t } from '@lingui/core/macro';
import { Group } from '@mantine/core';
import classes from './settings.module.css';

/** Words of access lists: roles, e-mails, tags; whole, as long as they may be. */
export function Entries({ entries }: { entries: readonly string[] }) {
  return entries.map((entry) => (
    <span key={entry} className={classes.entry}>
      {entry}
    </span>
  ));
}

export function Tags({ tags }: { tags: readonly string[] }) {
  if (tags.length === 0) return <>{t`none`}</>;
  return (
    <Group gap={4}>
      <Entries entries={tags} />
    </Group>
  );
}
