import { t } from '@lingui/core/macro';
import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import { lazy, Suspense, useMemo, useState } from 'react';
import { CopyIconButton } from '../../ui/copy.tsx';
import { CutText } from '../../ui/cut-text.tsx';
import { download } from '../../ui/download.ts';
import { formatBytes } from '../../ui/format.ts';
import { fileIn, jsonOf, type FileInText } from '../../ui/json-value.ts';
import { FileLink } from '../../ui/page.tsx';
import classes from './shown-value.module.css';
import { Loading } from '../../ui/loading.tsx';

const JsonTree = lazy(() =>
  import('../../ui/json-tree.tsx').then((module) => ({ default: module.JsonTree })),
);

/** Characters of a text at first. */
const TEXT_SHOWN = 20_000;

interface ShownValueProps {
  text: string;
  label: string;
  /** What it is called when it is downloaded, without an ending. */
  filename: string;
}

/** What went into a script or came out of it: JSON to fold, a file to download, any other text as it is. */
export function ShownValue({ text, label, filename }: ShownValueProps) {
  const json = useMemo(() => jsonOf(text), [text]);
  const file = useMemo(() => fileIn(text), [text]);
  const [isRaw, setRaw] = useState(false);
  if (file) return <FileValue url={text} file={file} filename={filename} />;
  return (
    <div className={classes.value}>
      <Group gap="xs" justify="flex-end" className={classes.tools}>
        {json && (
          <SegmentedControl
            size="xs"
            aria-label={t`${label}: shown as`}
            data={[
              { value: 'tree', label: t`Tree` },
              { value: 'raw', label: t`Raw` },
            ]}
            value={isRaw ? 'raw' : 'tree'}
            onChange={(value) => setRaw(value === 'raw')}
          />
        )}
        <Button
          size="compact-sm"
          variant="default"
          aria-label={t`Download: ${label}`}
          onClick={() => download(`${filename}.${json ? 'json' : 'txt'}`, text)}
        >
          {t`Download`}
        </Button>
        <CopyIconButton text={text} label={label} />
      </Group>
      {json && !isRaw ? (
        <Suspense fallback={<Loading height={80} />}>
          <JsonTree value={json} label={label} />
        </Suspense>
      ) : (
        // what scrolls must be within reach of the keyboard
        <pre className={classes.text} aria-label={label} tabIndex={text.length > 400 ? 0 : undefined}>
          <CutText text={text} shown={TEXT_SHOWN} />
        </pre>
      )}
    </div>
  );
}

/** Saved only, never opened: the browser does not go to a `data:` address. */
function FileValue({ url, file, filename }: { url: string; file: FileInText; filename: string }) {
  const { name = filename, type, bytes } = file;
  const size = formatBytes(bytes);
  return (
    <Group gap="xs" className={classes.file}>
      <Text size="sm" component="bdi">
        {name}
      </Text>
      <Text size="sm" c="dimmed">
        {type} · {size}
      </Text>
      <FileLink href={url} download={name}>
        {t`Download`}
      </FileLink>
    </Group>
  );
}
