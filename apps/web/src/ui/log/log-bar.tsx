import { plural, t } from '@lingui/core/macro';
import { ActionIcon, Group, Loader, Switch, Text, TextInput, Tooltip } from '@mantine/core';
import { useState, type KeyboardEvent, type ReactNode, type RefObject } from 'react';
import { DownIcon, SearchIcon, UpIcon } from '../icons.tsx';
import classes from './log-view.module.css';
import type { LogQuery, LogSearchState } from './use-log-search.ts';
import { numberText } from '../locale.ts';

/** What is looked for in a log, and what was found. */
export function LogSearchBar({
  search,
  input,
  onLeave,
}: {
  search: LogSearchState;
  input: RefObject<HTMLInputElement | null>;
  onLeave: () => void;
}) {
  const { query, setQuery, hits, go } = search;
  const change = (part: Partial<LogQuery>) => setQuery({ ...query, ...part });
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.key === 'Enter') go(event.shiftKey ? -1 : 1);
    else if (event.key === 'Escape') {
      change({ text: '' });
      onLeave();
    } else return;
    event.preventDefault();
  };
  return (
    <Group gap={6} className={classes.search}>
      <TextInput
        ref={input}
        size="xs"
        type="search"
        aria-label={t`Find in the log`}
        placeholder={t`Find in the log  /`}
        leftSection={<SearchIcon size={14} />}
        value={query.text}
        onChange={(event) => change({ text: event.currentTarget.value })}
        onKeyDown={onKeyDown}
        className={classes.query}
      />
      <Toggle
        label={t`Match case`}
        isOn={!query.ignoreCase}
        onToggle={() => change({ ignoreCase: !query.ignoreCase })}
      >
        {/* verbatim: letters as they are */}
        Aa
      </Toggle>
      <Toggle label={t`Pattern (RE2)`} isOn={query.regex} onToggle={() => change({ regex: !query.regex })}>
        .*
      </Toggle>
      {query.text !== '' && (
        <>
          <Tooltip label={t`The one before (Shift Enter)`}>
            <ActionIcon
              variant="default"
              aria-label={t`Previous match`}
              disabled={hits.count === 0}
              onClick={() => go(-1)}
            >
              <UpIcon size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label={t`The next one (Enter)`}>
            <ActionIcon
              variant="default"
              aria-label={t`Next match`}
              disabled={hits.count === 0}
              onClick={() => go(1)}
            >
              <DownIcon size={14} />
            </ActionIcon>
          </Tooltip>
          <Found search={search} />
        </>
      )}
    </Group>
  );
}

function Found({ search: { hits, current, isSearching, error } }: { search: LogSearchState }) {
  const count = hits.count;
  const found = plural(count, { one: '# line', other: '# lines' });
  const place = numberText((current ?? 0) + 1);
  const atLeast = numberText(count);
  let text =
    current === undefined
      ? found
      : plural(count, { one: `${place} of # line`, other: `${place} of # lines` });
  if (isSearching) text = t`${atLeast}+ lines`;
  else if (count === 0) text = t`not found`;
  return (
    <Group gap={6} wrap="nowrap" role="status">
      {isSearching && <Loader size={12} aria-label={t`Searching`} />}
      <Text size="sm" c={error ? 'red' : 'dimmed'} className={classes.count}>
        {error instanceof Error ? error.message.replace(/^q: /, '') : text}
      </Text>
    </Group>
  );
}

function Toggle({
  label,
  isOn,
  onToggle,
  children,
}: {
  label: string;
  isOn: boolean;
  onToggle: () => void;
  children: ReactNode;
}) {
  return (
    <Tooltip label={label}>
      <ActionIcon
        variant={isOn ? 'filled' : 'default'}
        aria-label={label}
        aria-pressed={isOn}
        onClick={onToggle}
        className={classes.toggle}
      >
        {children}
      </ActionIcon>
    </Tooltip>
  );
}

export interface LogSettings {
  wrap: boolean;
  times: boolean;
  errors: boolean;
}

/** How the log is shown, and where. */
export function LogSettingsBar({
  settings,
  onChange,
  count,
  goTo,
  input,
  links,
}: {
  settings: LogSettings;
  onChange: (settings: LogSettings) => void;
  count: number;
  /** To one line, or to several. */
  goTo: (first: number, last?: number) => void;
  input: RefObject<HTMLInputElement | null>;
  links: ReactNode;
}) {
  const [line, setLine] = useState('');
  const toggles = { errors: t`Only stderr`, times: t`Times`, wrap: t`Wrap` } as const;
  return (
    <Group gap="md" className={classes.settings}>
      <Group gap={8} wrap="nowrap">
        <Text size="sm" c="dimmed" className={classes.count}>
          {plural(count, { one: '# line', other: '# lines' })}
        </Text>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = linesOf(line);
            if (wanted) goTo(...wanted);
          }}
        >
          <TextInput
            ref={input}
            size="xs"
            inputMode="numeric"
            aria-label={t`Go to line`}
            placeholder={t`Go to line`}
            title={t`A line, or several: 120-140`}
            value={line}
            onChange={(event) => setLine(event.currentTarget.value)}
            className={classes.goTo}
          />
        </form>
      </Group>
      {(Object.keys(toggles) as (keyof typeof toggles)[]).map((name) => (
        <Switch
          key={name}
          size="xs"
          label={toggles[name]}
          checked={settings[name]}
          onChange={(event) => onChange({ ...settings, [name]: event.currentTarget.checked })}
        />
      ))}
      {links}
    </Group>
  );
}

/** The lines that somebody typed: `1200`, `1,200`, `120-140`. */
function linesOf(text: string): [first: number, last: number] | undefined {
  const typed = text.split(/[-–]/).map((part) => Number.parseInt(part.replaceAll(/\D/g, ''), 10));
  const lines = typed.filter((line) => line > 0).toSorted((one, other) => one - other);
  const [first, last = first] = lines;
  return first === undefined || last === undefined ? undefined : [first, last];
}
