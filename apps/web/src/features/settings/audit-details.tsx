import { Text } from '@mantine/core';
import classes from './audit-page.module.css';

interface Change {
  from: unknown;
  to: unknown;
}

/** What an entry says besides: changed fields with both values, then everything else by its name. */
export function AuditDetails({ details }: { details: Record<string, unknown> }) {
  const { changed, ...others } = details;
  const changes = isRecord(changed) ? Object.entries(changed).filter(isChange) : [];
  const facts = Object.entries(others).filter(([, value]) => value !== null && shown(value) !== '');
  return (
    <>
      {changes.map(([field, { from, to }]) => (
        <Text key={field} size="sm" component="div">
          <b>{field}</b>: <del>{shown(from) || 'nothing'}</del> → <ins>{shown(to) || 'nothing'}</ins>
        </Text>
      ))}
      {facts.length > 0 && (
        <Text size="sm" c="dimmed" component="div" className={classes.facts}>
          {facts.map(([name, value]) => `${name}: ${shown(value)}`).join(' · ')}
        </Text>
      )}
    </>
  );
}

function shown(value: unknown): string {
  if (value === null || value === undefined) return '';
  if (typeof value === 'string') return value;
  if (Array.isArray(value)) return value.map(shown).join(', ');
  return JSON.stringify(value);
}

function isRecord(value: unknown): value is Record<string, unknown> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isChange(entry: [string, unknown]): entry is [string, Change] {
  return isRecord(entry[1]) && 'from' in entry[1] && 'to' in entry[1];
}
