import { t } from '@lingui/core/macro';
import { Anchor, Group, Stack, Text, Title } from '@mantine/core';
import type { UseQueryResult } from '@tanstack/react-query';
import type { ReactNode } from 'react';
import { ErrorNotice } from './error-notice.tsx';
import classes from './page.module.css';
import { useShownPath } from './shown-path.ts';
import { Loading } from './loading.tsx';

interface PageProps {
  title: string;
  /** Of the title, where it is not that of the page. */
  lang?: string;
  /** Beside the title: a badge, a state. */
  aside?: ReactNode;
  /** Above the title: where this page belongs. */
  parent?: ReactNode;
  actions?: ReactNode;
  children: ReactNode;
}

/** The parts of an organization's pages, as the menu calls them, by the word in their addresses. */
const SECTIONS: Readonly<Record<string, string>> = {
  tasks: t`Tasks`,
  workflows: t`Workflows`,
  scripts: t`Scripts`,
  schedules: t`Schedules`,
  webhooks: t`Webhooks`,
  jobs: t`Jobs`,
  bots: t`Bots`,
  settings: t`Settings`,
};

/** The part that the page belongs to, if it belongs to one. */
function useSection(): string | undefined {
  const [, first, word = ''] = useShownPath().split('/');
  if (first === 'guide') return t`Guide`;
  return SECTIONS[word];
}

/** The frame of every page: its title, here and in the window, and its actions. */
export function Page({ title, lang, aside, parent, actions, children }: PageProps) {
  const section = useSection();
  const parts = section === undefined || section === title ? [title] : [title, section];
  return (
    <Stack gap="lg">
      <title>{[...parts, 'Argus'].join(' · ')}</title>
      <Group justify="space-between" align="flex-end" gap="sm">
        <div className={classes.heading}>
          {parent && (
            <Text size="sm" c="dimmed" mb={2}>
              {parent}
            </Text>
          )}
          <Group gap="sm">
            <Title order={1} className={classes.title} lang={lang}>
              {title}
            </Title>
            {aside}
          </Group>
        </div>
        {actions && (
          <Group gap="xs" data-page-actions="">
            {actions}
          </Group>
        )}
      </Group>
      {children}
    </Stack>
  );
}

/** A part of a page on its own surface. */
export function Panel({
  id,
  title,
  actions,
  children,
}: {
  /** Where an address may lead: `#log`. */
  id?: string;
  title?: string;
  actions?: ReactNode;
  children: ReactNode;
}) {
  return (
    <section id={id} className={classes.panel} aria-label={title}>
      {title && (
        <Group justify="space-between" className={classes.panelHead} gap="xs">
          <Title order={2}>{title}</Title>
          {actions}
        </Group>
      )}
      {children}
    </section>
  );
}

interface EmptyStateProps {
  title: string;
  /** One sentence: what belongs here and how it gets here. */
  children: ReactNode;
  /** What to do first: a button or a link that looks like one. */
  action?: ReactNode;
}

/** What a list shows while it is empty. */
export function EmptyState({ title, children, action }: EmptyStateProps) {
  return (
    <div className={classes.empty}>
      <Title order={2}>{title}</Title>
      <Text c="dimmed" maw={520} component="div">
        {children}
      </Text>
      {action}
    </div>
  );
}

/** An answer, or its place while it is awaited, or why there is none. */
export function Loaded<T>({
  query,
  height = 240,
  children,
}: {
  query: UseQueryResult<T>;
  height?: number;
  children: (data: T) => ReactNode;
}) {
  if (query.data !== undefined) return children(query.data);
  if (query.error) return <ErrorNotice error={query.error} onRetry={() => void query.refetch()} />;
  return <Loading height={height} />;
}

/** A name and its value, as many as there are. */
export function Facts({ facts }: { facts: readonly (readonly [name: string, value: ReactNode])[] }) {
  return (
    <dl className={classes.facts}>
      {facts.map(([name, value]) => (
        <div key={name} className={classes.fact}>
          <dt>{name}</dt>
          <dd>{value}</dd>
        </div>
      ))}
    </dl>
  );
}

/** A link out of the application, or to a file of it. */
export function FileLink({
  href,
  download,
  label,
  children,
}: {
  href: string;
  download?: string;
  /** Its name for those who hear it, which holds what is seen. */
  label?: string;
  children: ReactNode;
}) {
  return (
    <Anchor
      href={href}
      size="sm"
      {...(download !== undefined && { download })}
      {...(label !== undefined && { 'aria-label': label })}
    >
      {children}
    </Anchor>
  );
}
