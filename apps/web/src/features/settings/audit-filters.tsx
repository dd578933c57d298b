import { t } from '@lingui/core/macro';
import { Button, Select, TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { getRouteApi } from '@tanstack/react-router';
import { useEffect, useRef, useState } from 'react';
import classes from './audit-page.module.css';
import { ABOUT } from './audit-words.ts';

const route = getRouteApi('/$customer/settings/audit');
const TYPING_MS = 300;

/** What the list is filtered by: all of it is in the address. */
export function AuditFilters() {
  const { dialog: _dialog, ...search } = route.useSearch();
  const navigate = route.useNavigate();
  const filter = (name: keyof typeof search, value: string | null) =>
    void navigate({
      search: (before) => ({ ...before, [name]: value || undefined }),
      replace: true,
      resetScroll: false,
    });
  const known = Object.entries(ABOUT).map(([value, label]) => ({ value, label }));
  const target = search.target?.slice(-6) ?? '';
  return (
    <div className={classes.filters} role="search" aria-label={t`Filters`}>
      <TypedFilter
        label={t`Search`}
        placeholder={t`Anything it says`}
        value={search.q ?? ''}
        onChange={(value) => filter('q', value)}
      />
      <TypedFilter
        label={t`Who`}
        placeholder={t`E-mail`}
        value={search.actor ?? ''}
        onChange={(value) => filter('actor', value)}
      />
      <Select
        label={t`About`}
        placeholder={t`Anything`}
        nothingFoundMessage={t`Nothing like this.`}
        clearable
        searchable
        data={
          // a link may ask for one action alone: task.update
          search.action && !(search.action in ABOUT)
            ? [{ value: search.action, label: search.action }, ...known]
            : known
        }
        value={search.action ?? null}
        onChange={(value) => filter('action', value)}
      />
      <Select
        label={t`Outcome`}
        placeholder={t`Any`}
        clearable
        data={[
          { value: 'done', label: t`Was done` },
          { value: 'refused', label: t`Refused` },
        ]}
        value={search.outcome ?? null}
        onChange={(value) => filter('outcome', value)}
      />
      <TextInput
        label={t`From`}
        type="date"
        value={search.since ?? ''}
        onChange={(event) => filter('since', event.currentTarget.value)}
      />
      <TextInput
        label={t`To`}
        type="date"
        value={search.until ?? ''}
        onChange={(event) => filter('until', event.currentTarget.value)}
      />
      {search.target && (
        <Button
          variant="light"
          aria-label={t`No longer only ${target}`}
          onClick={() => filter('target', null)}
        >
          {t`Only ${target}`} ×
        </Button>
      )}
      {Object.keys(search).length > 0 && (
        <Button variant="subtle" onClick={() => void navigate({ search: {}, replace: true })}>
          {t`Show all`}
        </Button>
      )}
    </div>
  );
}

/** A filter of words: asked when no more are typed. It follows the address, which may change without it. */
function TypedFilter({
  label,
  placeholder,
  value,
  onChange,
}: {
  label: string;
  placeholder: string;
  value: string;
  onChange: (value: string) => void;
}) {
  const [typed, setTyped] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setTyped(value);
  }, [value]);
  const change = useDebouncedCallback((next: string) => {
    sent.current = next;
    onChange(next);
  }, TYPING_MS);
  return (
    <TextInput
      label={label}
      placeholder={placeholder}
      value={typed}
      onChange={(event) => {
        setTyped(event.currentTarget.value);
        change(event.currentTarget.value.trim());
      }}
    />
  );
}
