import { t } from '@lingui/core/macro';
import { Checkbox } from '@mantine/core';
import { useRef, useState, type ReactNode } from 'react';

interface Confirmation {
  /** Whether it is confirmed, or nothing has to be; where it is not, the field says so and has the focus. */
  check: () => boolean;
  /** Null where nothing has to be confirmed. */
  field: ReactNode;
}

/** What has to be confirmed before a run, in the same dialog: an empty text asks for nothing. */
export function useConfirmation(text: string): Confirmation {
  const input = useRef<HTMLInputElement>(null);
  const [isConfirmed, setConfirmed] = useState(false);
  const [isMissed, setMissed] = useState(false);
  return {
    check() {
      if (text === '' || isConfirmed) return true;
      setMissed(true);
      input.current?.focus();
      return false;
    },
    field:
      text === '' ? null : (
        <Checkbox
          ref={input}
          label={text}
          description={t`Confirm it to run this task.`}
          checked={isConfirmed}
          error={isMissed && !isConfirmed ? t`is to be confirmed first` : undefined}
          onChange={(event) => setConfirmed(event.currentTarget.checked)}
        />
      ),
  };
}
