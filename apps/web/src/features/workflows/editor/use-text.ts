import { useState } from 'react';

/**
 * The text of a value while it is typed. What is typed stays as long as it means the value; where the value is changed
 * otherwise, the text follows.
 */
export function useText<T>(value: T, read: (text: string) => T, write: (value: T) => string) {
  const [typed, setTyped] = useState(() => write(value));
  const isSame = JSON.stringify(safely(read, typed)) === JSON.stringify(value);
  return [isSame ? typed : write(value), setTyped] as const;
}

function safely<T>(read: (text: string) => T, text: string): T | undefined {
  try {
    return read(text);
  } catch {
    return undefined;
  }
}
