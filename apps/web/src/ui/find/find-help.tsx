import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Code, Stack, Text } from '@mantine/core';
import type { FindField } from './find-input.tsx';
import classes from './find.module.css';

/** Values that are told as examples. */
const EXAMPLES = 8;

/** How to search, in the fields of a list. */
export function FindHelp({ fields, example }: { fields: readonly FindField[]; example: string }) {
  return (
    <Stack gap="xs">
      <Text size="sm">
        <Trans>All that you write must hold. For example:</Trans> <Code>{example}</Code>
      </Text>
      <dl className={classes.fields}>
        {fields.map((field) => (
          <FieldHelp key={field.name} field={field} />
        ))}
        <dt>
          <Code>{'"…"'}</Code>
        </dt>
        <dd>{t`what has spaces in it`}</dd>
        <dt>
          <Code>-</Code>
        </dt>
        <dd>{t`before anything: not`}</dd>
        <dt>
          <Code>a,b</Code>
        </dt>
        <dd>{t`behind a field: one of them`}</dd>
        <dt>
          <Code>*</Code>
        </dt>
        <dd>{t`behind a field: anything`}</dd>
      </dl>
    </Stack>
  );
}

function FieldHelp({ field: { name, help, values } }: { field: FindField }) {
  // where values explain themselves they are few, and all there are
  const told = values().filter((one) => one.help !== undefined);
  return (
    <>
      <dt>
        <Code>{name}:</Code>
      </dt>
      <dd>
        {help}
        {told.slice(0, EXAMPLES).map(({ value, help: about }) => (
          <div key={value}>
            <Code>{value}</Code>{' '}
            <Text span size="xs" c="dimmed">
              {about}
            </Text>
          </div>
        ))}
      </dd>
    </>
  );
}
