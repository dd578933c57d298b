import { i18n } from '@lingui/core';
import { t } from '@lingui/core/macro';
import { Paper, Stack, Title } from '@mantine/core';
import type { ReactNode } from 'react';
import { EyeIcon } from '../../ui/icons.tsx';
import { chooseLanguage, LANGUAGES, type Language } from '../../ui/language.ts';
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
      {/* verbatim: the name of the program */}
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
      <Languages />
    </main>
  );
}

/** Each by its own name: who reads no other finds it. */
function Languages() {
  return (
    <div role="group" aria-label={t`Language of the page`} className={classes.languages}>
      {(Object.keys(LANGUAGES) as Language[]).map((language) => (
        <button
          key={language}
          type="button"
          lang={language}
          className={classes.language}
          aria-pressed={i18n.locale === language}
          onClick={() => chooseLanguage(language)}
        >
          {LANGUAGES[language]}
        </button>
      ))}
    </div>
  );
}

/** A field of a form as the browser has it: a password manager may fill fields without an event. */
export function textOf(value: FormDataEntryValue | null): string {
  return typeof value === 'string' ? value : '';
}
