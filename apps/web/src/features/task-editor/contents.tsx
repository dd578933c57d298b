import { t } from '@lingui/core/macro';
import { useEffect, useState, type RefObject } from 'react';
import classes from './task-form.module.css';

interface Entry {
  title: string;
  problems: number;
}

/** The sections of a form, each a way to it; those with a mistake say so. */
export function Contents({ form }: { form: RefObject<HTMLFormElement | null> }) {
  const [entries, setEntries] = useState<readonly Entry[]>([]);
  // what is on the page says what there is: sections come and go with the type
  useEffect(() => {
    const found = sectionsOf(form.current).map((section) => ({
      title: section.getAttribute('aria-label') ?? '',
      problems: section.querySelectorAll('[aria-invalid="true"]').length,
    }));
    setEntries((old) => (JSON.stringify(old) === JSON.stringify(found) ? old : found));
  });
  const show = (index: number) => {
    const section = sectionsOf(form.current)[index];
    section?.scrollIntoView({ block: 'start' });
    section
      // verbatim: a selector
      ?.querySelector<HTMLElement>('[aria-invalid="true"], input:not([type="hidden"]), textarea, button')
      ?.focus({ preventScroll: true });
  };
  return (
    <nav aria-label={t`Sections`} className={classes.contents}>
      {entries.map(({ title, problems }, index) => (
        <button key={title} type="button" onClick={() => show(index)} data-wrong={problems > 0 || undefined}>
          {title}
          {problems > 0 && <span aria-label={t`has a mistake`}> !</span>}
        </button>
      ))}
    </nav>
  );
}

function sectionsOf(form: HTMLFormElement | null): HTMLElement[] {
  return [...(form?.querySelectorAll<HTMLElement>('section[aria-label]') ?? [])];
}
