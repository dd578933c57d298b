import { t } from '@lingui/core/macro';
import { ActionIcon, CopyButton, Tooltip } from '@mantine/core';
import { CheckIcon, CopyIcon } from './icons.tsx';
import classes from './copy.module.css';

interface CopyProps {
  text: string;
  label: string;
  /** Whether the keyboard goes on from its button. */
  autoFocus?: boolean;
}

/** A text to take along, with a button that copies it. */
export function CopyBlock(props: CopyProps) {
  const { text, label } = props;
  return (
    <div className={classes.block}>
      <pre className={classes.text} aria-label={label}>
        {text}
      </pre>
      <CopyIconButton {...props} className={classes.button} />
    </div>
  );
}

/** Copies a text; says for a moment that it did. */
export function CopyIconButton({
  text,
  label,
  autoFocus = false,
  className,
}: CopyProps & { className?: string | undefined }) {
  return (
    <CopyButton value={text}>
      {({ copied, copy }) => (
        <Tooltip label={copied ? t`Copied` : t`Copy`}>
          <ActionIcon
            {...(className !== undefined && { className })}
            variant="default"
            autoFocus={autoFocus}
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
