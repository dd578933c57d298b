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
        aria-label="Find in the log"
        placeholder="Find in the log  /"
        leftSection={<SearchIcon size={14} />}
        value={query.text}
        onChange={(event) => change({ text: event.currentTarget.value })}
        onKeyDown={onKeyDown}
        className={classes.query}
      />
      <Toggle
        label="Match case"
        isOn={!query.ignoreCase}
        onToggle={() => change({ ignoreCase: !query.ignoreCase })}
      >
        Aa
      </Toggle>
      <Toggle label="Pattern (RE2)" isOn={query.regex} onToggle={() => change({ regex: !query.regex })}>
        .*
      </Toggle>
      {query.text !== '' && (
        <>
          <Tooltip label="The one before (Shift Enter)">
            <ActionIcon
              variant="default"
              aria-label="Previous match"
              disabled={hits.count === 0}
              onClick={() => go(-1)}
            >
              <UpIcon size={14} />
            </ActionIcon>
          </Tooltip>
          <Tooltip label="The next one (Enter)">
            <ActionIcon
              variant="default"
              aria-label="Next match"
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
  const count = numberText(hits.count);
  const lines = hits.count === 1 ? 'line' : 'lines';
  let text = current === undefined ? `${count} ${lines}` : `${numberText(current + 1)} of ${count} ${lines}`;
  if (isSearching) text = `${count}+ ${lines}`;
  else if (hits.count === 0) text = 'not found';
  return (
    <Group gap={6} wrap="nowrap" role="status">
      {isSearching && <Loader size={12} aria-label="Searching" />}
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
  goTo: (line: number) => void;
  input: RefObject<HTMLInputElement | null>;
  links: ReactNode;
}) {
  const [line, setLine] = useState('');
  const toggles = { errors: 'Only stderr', times: 'Times', wrap: 'Wrap' } as const;
  return (
    <Group gap="md" className={classes.settings}>
      <Group gap={8} wrap="nowrap">
        <Text size="sm" c="dimmed" className={classes.count}>
          {numberText(count)} {count === 1 ? 'line' : 'lines'}
        </Text>
        <form
          onSubmit={(event) => {
            event.preventDefault();
            const wanted = Number.parseInt(line.replaceAll(/\D/g, ''), 10);
            if (wanted > 0) goTo(wanted);
          }}
        >
          <TextInput
            ref={input}
            size="xs"
            inputMode="numeric"
            aria-label="Go to line"
            placeholder="Go to line"
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
