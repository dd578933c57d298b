import { t } from '@lingui/core/macro';
import { Text } from '@mantine/core';
import classes from './audit-page.module.css';

interface Change {
  from: unknown;
  to: unknown;
}

/** What an entry says besides: the changed fields with both values, and everything else by its name. */
export function partsOf(details: Record<string, unknown>): {
  changes: [field: string, change: Change][];
  facts: [name: string, value: unknown][];
} {
  const { changed, ...others } = details;
  return {
    changes: isRecord(changed) ? Object.entries(changed).filter(isChange) : [],
    facts: Object.entries(others).filter(([, value]) => value !== null && shownValue(value) !== ''),
  };
}

/** The same in a line of the list. */
export function AuditDetails({ details }: { details: Record<string, unknown> }) {
  const { changes, facts } = partsOf(details);
  return (
    <div className={classes.brief}>
      {changes.map(([field, { from, to }]) => (
        <Text key={field} size="sm" component="div">
          <b>{field}</b>: <del>{shownValue(from) || t`nothing`}</del> →{' '}
          <ins>{shownValue(to) || t`nothing`}</ins>
        </Text>
      ))}
      {facts.length > 0 && (
        <Text size="sm" c="dimmed" component="div" className={classes.facts}>
          {facts.map(([name, value]) => `${name}: ${shownValue(value)}`).join(' · ')}
        </Text>
      )}
    </div>
  );
}

/** A value as words; empty where there is none. `space`: of JSON, as `JSON.stringify` takes it. */
export function shownValue(value: unknown, space?: number): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value) && value.every((one) => typeof one !== 'object'))
    return value.map((one) => shownValue(one)).join(', ');
  return JSON.stringify(value, null, space);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isChange(entry: [string, unknown]): entry is [string, Change] {
  return isRecord(entry[1]) && 'from' in entry[1] && 'to' in entry[1];
}
