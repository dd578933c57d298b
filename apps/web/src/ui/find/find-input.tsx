import { t } from '@lingui/core/macro';
import { TextInput } from '@mantine/core';
import { useEffect, useId, useLayoutEffect, useRef, useState, type KeyboardEvent } from 'react';
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
  /** What fields are called. */
  names: ReadonlySet<string>;
  /** The fields with what is suggested: asked for once somebody is about to search. */
  fields: () => Promise<readonly FindField[]>;
  /** What is searched for, as the address has it. */
  value: string;
  onSearch: (text: string) => void;
}

const NONE: readonly Choice[] = [];
/** Shown at once; typing finds the others. */
const CHOICES_MAX = 12;

/** One box for text and for conditions on fields; fields and their values are suggested while one types. */
export function FindInput({ label, placeholder, names, fields, value, onSearch }: FindInputProps) {
  const [text, setText] = useState(value);
  const [caret, setCaret] = useState(value.length);
  const sent = useRef(value);
  const input = useRef<HTMLInputElement>(null);
  const moveTo = useRef<number>(null);
  const listId = useId();
  const [opened, setOpened] = useState(false);
  const [active, setActive] = useState(-1);
  const [known, setKnown] = useState<readonly FindField[]>([]);
  useEffect(() => {
    if (!opened) return undefined;
    let wanted = true;
    void fields().then((all) => wanted && setKnown(all));
    return () => {
      wanted = false;
    };
  }, [opened, fields]);
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

  const typing = typingAt(text, Math.min(caret, text.length), names);
  const choices = opened ? choicesOf(known, typing) : NONE;
  const chosen = choices[active];
  const optionId = (index: number) => `${listId}-${index}`;

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
    setActive(-1);
    setOpened(true);
  };
  const onKeyDown = (event: KeyboardEvent<HTMLInputElement>) => {
    const { key } = event;
    if (key === 'ArrowDown' || key === 'ArrowUp') {
      event.preventDefault();
      if (!opened) return setOpened(true);
      const count = choices.length + 1;
      // one more than there are: back in the text
      return setActive(((active + 1 + (key === 'ArrowDown' ? 1 : count - 1)) % count) - 1);
    }
    if (chosen && (key === 'Enter' || (key === 'Tab' && !event.shiftKey))) {
      event.preventDefault();
      return choose(chosen.value);
    }
    if (key === 'Enter') return setOpened(false);
    if (key !== 'Escape') return;
    if (choices.length > 0) {
      event.preventDefault();
      setOpened(false);
      setActive(-1);
    } else if (text !== '') {
      event.preventDefault();
      change('', 0);
    }
  };

  return (
    <div className={classes.input}>
      <TextInput
        ref={input}
        type="search"
        role="combobox"
        aria-label={label}
        aria-autocomplete="list"
        aria-expanded={choices.length > 0}
        aria-controls={choices.length > 0 ? listId : undefined}
        aria-activedescendant={chosen ? optionId(active) : undefined}
        placeholder={placeholder}
        leftSection={<SearchIcon />}
        autoComplete="off"
        spellCheck={false}
        value={text}
        onChange={({ currentTarget }) => {
          change(currentTarget.value, currentTarget.selectionStart ?? currentTarget.value.length);
          setActive(-1);
          setOpened(true);
        }}
        onSelect={({ currentTarget }) => setCaret(currentTarget.selectionStart ?? text.length)}
        onClick={() => setOpened(true)}
        onBlur={() => setOpened(false)}
        onKeyDown={onKeyDown}
      />
      {choices.length > 0 && (
        <ul id={listId} role="listbox" aria-label={t`Suggestions`} className={classes.options}>
          {choices.map(({ value: choice, shown, help }, index) => (
            <li
              key={choice}
              id={optionId(index)}
              role="option"
              aria-selected={index === active}
              className={classes.option}
              // the text keeps the focus
              onMouseDown={(event) => {
                event.preventDefault();
                choose(choice);
              }}
            >
              <span className={classes.choice}>{shown}</span>
              {help && <span className={classes.help}>{help}</span>}
            </li>
          ))}
        </ul>
      )}
    </div>
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
