import { TextInput } from '@mantine/core';
import { useDebouncedCallback } from '@mantine/hooks';
import { useEffect, useRef, useState } from 'react';
import classes from './filters.module.css';
import { SearchIcon } from './icons.tsx';

interface SearchInputProps {
  label: string;
  placeholder: string;
  /** What is searched for, as the address has it. */
  value: string;
  /** Milliseconds without a key before a search: 0 where it costs nothing. */
  delay?: number;
  onSearch: (text: string) => void;
}

/** A text to find things by. It follows the address, which may change without it. */
export function SearchInput({ label, placeholder, value, delay = 0, onSearch }: SearchInputProps) {
  const [text, setText] = useState(value);
  const sent = useRef(value);
  useEffect(() => {
    if (value === sent.current) return;
    sent.current = value;
    setText(value);
  }, [value]);
  const send = useDebouncedCallback((next: string) => {
    sent.current = next;
    onSearch(next);
  }, delay);
  const change = (next: string) => {
    setText(next);
    send(next);
  };
  return (
    <TextInput
      type="search"
      aria-label={label}
      placeholder={placeholder}
      leftSection={<SearchIcon />}
      value={text}
      onChange={(event) => change(event.currentTarget.value)}
      className={classes.search}
    />
  );
}
