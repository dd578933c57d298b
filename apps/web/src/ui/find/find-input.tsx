import { t } from '@lingui/core/macro';
import { Combobox, Text, TextInput, useCombobox } from '@mantine/core';
import { useEffect, useLayoutEffect, useMemo, useRef, useState, type KeyboardEvent } from 'react';
import { SearchIcon } from '../icons.tsx';
import classes from './find.module.css';
import { replaceTyping, typingAt } from './query.ts';

/** A field that a search can name. */
export interface FindField {
  name: string;
  /** What its values are, in a few words. */
  help: string;
  /** What it may be, with a word about each where it needs one. */
  values: () => readonly { value: string; help?: string }[];
}

interface FindInputProps {
  label: string;
  placeholder: string;
  fields: readonly FindField[];
  /** What is searched for, as the address has it. */
  value: string;
  onSearch: (text: string) => void;
}

/** Shown at once; typing finds the others. */
const CHOICES_MAX = 12;

/** One box for text and for conditions on fields; fields and their values are suggested while one types. */
export function FindInput({ label, placeholder, fields, value, onSearch }: FindInputProps) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState(value.length);
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);
  const moveTo = useRef<number>(null);
  const list = useCombobox({ onDropdownClose: () => list.resetSelectedOption() });
  // it follows the address, which may change without it
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
    setCaret(value.length);
  }, [value]);
  useLayoutEffect(() => {
    if (moveTo.current !== null) input.current?.setSelectionRange(moveTo.current, moveTo.current);
    moveTo.current = null;
  }, [text]);

  const names = useMemo(() => new Set(fields.map(({ name }) => name)), [fields]);
  const typing = typingAt(text, Math.min(caret, text.length), names);
  const choices = list.dropdownOpened ? choicesOf(fields, typing) : [];

  const change = (next: string, place: number) => {
    setText(next);
    setCaret(place);
    sent.current = next;
    onSearch(next);
  };
  const choose = (choice: string) => {
    const after = replaceTyping(text, typing, choice);
    moveTo.current = after.caret;
    change(after.text, after.caret);
    list.resetSelectedOption();
    list.openDropdown();
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const chosen = list.dropdownOpened && list.getSelectedOptionIndex() >= 0;
    if (event.key === 'Tab' && chosen && !event.shiftKey) {
      event.preventDefault();
      list.clickSelectedOption();
    } else if (event.key === 'Enter' && !chosen) list.closeDropdown();
    else if (event.key === 'Escape' && !list.dropdownOpened && text !== '') {
      event.preventDefault();
      change('', 0);
    }
  };

  return (
    <Combobox store={list} onOptionSubmit={choose} offset={4} width="target">
      <Combobox.Target>
        <TextInput
          ref={input}
          type="search"
          aria-label={label}
          placeholder={placeholder}
          leftSection={<SearchIcon />}
          autoComplete="off"
          spellCheck={false}
          className={classes.input}
          value={text}
          onChange={({ currentTarget }) => {
            change(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length);
            list.resetSelectedOption();
            list.openDropdown();
          }}
          onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? text.length)}
          onClick={() => list.openDropdown()}
          onBlur={() => list.closeDropdown()}
          onKeyDown={onKeyDown}
        />
      </Combobox.Target>
      <Combobox.Dropdown hidden={choices.length === 0}>
        <Combobox.Options aria-label={t`Suggestions`} className={classes.options}>
          {choices.map(({ value: choice, shown, help }) => (
            <Combobox.Option key={choice} value={choice}>
              <span className={classes.choice}>{shown}</span>
              {help && (
                <Text span size="xs" c="dimmed">
                  {help}
                </Text>
              )}
            </Combobox.Option>
          ))}
        </Combobox.Options>
      </Combobox.Dropdown>
    </Combobox>
  );
}

interface Choice {
  value: string;
  shown: string;
  help: string | undefined;
}

/** What may be meant: fields whose name begins so, or values; those that begin so before those that hold it. */
function choicesOf(
  fields: readonly FindField[],
  { field, typed }: { field: string | null; typed: string },
): Choice[] {
  if (field === null) {
    return fields
      .filter(({ name }) => name.startsWith(typed))
      .map(({ name, help }) => ({ value: name, shown: `${name}:`, help }));
  }
  const values = fields.find(({ name }) => name === field)?.values() ?? [];
  const begin: Choice[] = [];
  const hold: Choice[] = [];
  for (const { value, help } of values) {
    const place = value.toLowerCase().indexOf(typed);
    // what is there already needs no choosing
    if (place < 0 || value.toLowerCase() === typed) continue;
    (place === 0 ? begin : hold).push({ value, shown: value, help });
    if (begin.length >= CHOICES_MAX) break;
  }
  return [...begin, ...hold].slice(0, CHOICES_MAX);
}
