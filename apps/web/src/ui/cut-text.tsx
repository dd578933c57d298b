import { t } from '@lingui/core/macro';
import { Button } from '@mantine/core';
import { useState } from 'react';
import { formatBytes } from './format.ts';

/** A text, cut where it is longer than `shown` characters, with a button that shows all of it. */
export function CutText({ text, shown }: { text: string; shown: number }) {
  const [isWhole, setWhole] = useState(false);
  if (text.length <= shown) return text;
  const size = formatBytes(text.length);
  return (
    <>
      {isWhole ? text : `${text.slice(0, shown).replace(/[\uD800-\uDBFF]$/, '')}…`}{' '}
      <Button
        size="compact-xs"
        variant="subtle"
        aria-expanded={isWhole}
        onClick={(event) => {
          event.stopPropagation();
          setWhole(!isWhole);
        }}
      >
        {isWhole ? t`Show less` : t`Show all (${size})`}
      </Button>
    </>
  );
}
