import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { CheckIcon, CopyIcon } from './icons.tsx';
import classes from './copy.module.css';

/** A text to take along, with a button that copies it. */
export function CopyBlock({
  text,
  label,
  autoFocus = false,
}: {
  text: string;
  label: string;
  /** Whether the keyboard goes on from its button. */
  autoFocus?: boolean;
}) {
  return (
    <div className={classes.block}>
      <pre className={classes.text} aria-label={label}>
        {text}
      </pre>
      <CopyButton value={text}>
        {({ copied, copy }) => (
          <Tooltip label={copied ? 'Copied' : 'Copy'}>
            <ActionIcon
              className={classes.button}
              variant="default"
              autoFocus={autoFocus}
              onClick={copy}
              aria-label={copied ? 'Copied' : `Copy: ${label}`}
            >
              {copied ? <CheckIcon /> : <CopyIcon />}
            </ActionIcon>
          </Tooltip>
        )}
      </CopyButton>
    </div>
  );
}
