import { Trans } from '@lingui/react/macro';
import { Text } from '@mantine/core';
import classes from './diff-view.module.css';

const KINDS: Record<string, string | undefined> = {
  '+': classes['added'],
  '-': classes['removed'],
  '@': classes['place'],
  '\\': classes['place'],
};

/** A unified diff in colours; its signs stay, for those who do not see them. */
export function DiffView({ diff, label }: { diff: string; label: string }) {
  if (diff === '')
    return (
      <Text size="sm">
        <Trans>The content is the same.</Trans>
      </Text>
    );
  const lines = diff.replace(/\n$/, '').split('\n');
  // a sentence in place of a diff
  if (lines.length === 1) return <Text size="sm">{lines[0]}</Text>;
  return (
    // a tab stop, so that it is scrolled by keyboard too
    <pre className={classes.diff} aria-label={label} tabIndex={0}>
      <code className={classes.lines}>
        {lines.slice(HEADER_LINES).map((line, index) => (
          <span key={index} className={`${classes.line} ${KINDS[line.charAt(0)] ?? ''}`}>
            {/* a carriage return has no width: a changed line end would look like no change */}
            {line.replace(/\r$/, '␍') || ' '}
            {'\n'}
          </span>
        ))}
      </code>
    </pre>
  );
}

/** The two file names: the page says them itself. */
const HEADER_LINES = 2;
