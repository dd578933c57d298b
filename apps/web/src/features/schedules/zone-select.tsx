import { t } from '@lingui/core/macro';
import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { isZoneMeant, offsetText, ownZone, zoneChoices } from './zones.ts';
import classes from './schedules.module.css';

/** Options shown at once; typing finds the others. */
const OPTIONS_MAX = 100;

/** A time zone with its offset of now, found by some words of its name, or by its offset. */
export function ZoneSelect({ value, ...props }: SelectProps & { value?: string }) {
  const own = ownZone();
  const timezone = value ?? 'UTC';
  const zones = useMemo(() => zoneChoices(own, timezone), [own, timezone]);
  const offset = offsetText(timezone);
  return (
    <Select
      label={t`Time zone`}
      description={
        timezone === own
          ? t`The one of this browser, now ${offset}.`
          : t`Now ${offset}. This browser is in ${own}.`
      }
      searchable
      allowDeselect={false}
      limit={OPTIONS_MAX}
      maxDropdownHeight={260}
      nothingFoundMessage={t`No such zone: they are called like Europe/Berlin`}
      data={zones}
      renderOption={({ option }) => (
        <>
          {option.value}
          <span className={classes.offset}>{offsetText(option.value)}</span>
        </>
      )}
      filter={({ options, search, limit }) =>
        options
          .filter((option) => 'value' in option && isZoneMeant(option.value, search.trim()))
          .slice(0, limit)
      }
      value={timezone}
      {...props}
    />
  );
}
