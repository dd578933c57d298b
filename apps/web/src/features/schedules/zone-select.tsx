import { Select, type SelectProps } from '@mantine/core';
import { useMemo } from 'react';
import { isZoneMeant, ownZone, zoneChoices } from './zones.ts';

/** Options shown at once; typing finds the others. */
const OPTIONS_MAX = 100;

/** A time zone, found by some words of its name. */
export function ZoneSelect({ value, ...props }: SelectProps & { value?: string }) {
  const own = ownZone();
  const timezone = value ?? 'UTC';
  const zones = useMemo(() => zoneChoices(own, timezone), [own, timezone]);
  return (
    <Select
      label="Time zone"
      description={timezone === own ? 'The one of this browser.' : `This browser is in ${own}.`}
      searchable
      allowDeselect={false}
      limit={OPTIONS_MAX}
      maxDropdownHeight={260}
      nothingFoundMessage="No such zone: they are called like Europe/Berlin"
      data={zones}
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
