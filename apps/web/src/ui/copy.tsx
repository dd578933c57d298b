import { t } from '@lingui/core/macro';
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { CheckIcon, CopyIcon } from './icons.tsx';
import classes from './copy.module.css';

/** A text to take along, with a button that copies it. */
export function CopyBlock({ text, label }: { text: string; label: string }) {
  return (
    <div className={classes.block}>
      <pre className={classes.text} aria-label={label}>
        {text}
      </pre>
      <CopyIconButton text={text} label={label} className={classes.button} />
    </div>
  );
}

interface CopyIconButtonProps {
  text: string;
  label: string;
  className?: string | undefined;
}

/** Copies a text; says for a moment that it did. */
export function CopyIconButton({ text, label, className }: CopyIconButtonProps) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t`Copied` : t`Copy`}>
          <ActionIcon
            {...(className !== undefined && { className })}
            variant="default"
            onClick={copy}
            aria-label={copied ? t`Copied` : t`Copy: ${label}`}
          >
            {copied ? <CheckIcon /> : <CopyIcon />}
          </ActionIcon>
        </Tooltip>
      )}
    </CopyButton>
  );
}
