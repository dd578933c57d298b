import { Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { EyeIcon } from '../../ui/icons.tsx';
import classes from './public-page.module.css';

/** The frame of a page for who has not signed in. */
export function PublicPage({
  title,
  heading,
  children,
}: {
  /** In the window. */
  title: string;
  heading: string;
  children: ReactNode;
}) {
  return (
    <main className={classes.page}>
      <title>{`${title} – Argus`}</title>
      <Paper className={classes.card} withBorder p="xl">
        <Stack gap="lg">
          <div className={classes.brand}>
            <EyeIcon size={26} />
            <Title order={1}>{heading}</Title>
          </div>
          {children}
        </Stack>
      </Paper>
    </main>
  );
}

/** A field of a form as the browser has it: a password manager may fill fields without an event. */
export function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : '';
}
