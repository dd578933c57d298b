import { t } from '@lingui/core/macro';
import { FileInput, Group, Pill, Text, type FileInputProps } from '@mantine/core';
import { formatBytes } from '../format.ts';
import type { ReactNode } from 'react';
import classes from './argument-form.module.css';
import type { FormFile, KeptFile } from './values.ts';

interface FileFieldProps extends Omit<
  FileInputProps,
  'value' | 'defaultValue' | 'onChange' | 'multiple' | 'clearable' | 'placeholder'
> {
  multiple: boolean;
  files: FormFile[];
  onFiles: (files: FormFile[]) => void;
}

/** Takes files from the browser; those of an earlier run stand above them, and are kept until others take their place. */
export function FileField({ multiple, files, onFiles, ...shared }: FileFieldProps) {
  const kept = files.filter((one): one is KeptFile => !(one instanceof File));
  const chosen = files.filter((one) => one instanceof File);
  const common = {
    ...shared,
    // it is a button: nothing there may be called required but its label
    'aria-required': undefined,
    clearable: true,
    placeholder:
      kept.length > 0
        ? multiple
          ? t`Add other files, or drop them here`
          : t`Choose another file, or drop it here`
        : multiple
          ? t`Choose files, or drop them here`
          : t`Choose a file, or drop it here`,
    ...(kept.length > 0 && {
      inputContainer: (input: ReactNode) => (
        <>
          <KeptFiles
            files={kept}
            onRemove={(file) => onFiles(files.filter((one) => one !== file))}
            disabled={shared.disabled ?? false}
          />
          {input}
        </>
      ),
    }),
  };
  return multiple ? (
    <FileInput {...common} multiple value={chosen} onChange={(added) => onFiles([...kept, ...added])} />
  ) : (
    <FileInput {...common} value={chosen[0] ?? null} onChange={(one) => onFiles(one === null ? [] : [one])} />
  );
}

interface KeptFilesProps {
  files: readonly KeptFile[];
  disabled: boolean;
  onRemove: (file: KeptFile) => void;
}

function KeptFiles({ files, disabled, onRemove }: KeptFilesProps) {
  return (
    <div role="group" aria-label={t`Kept from the earlier run`} className={classes.kept}>
      <Text size="xs" c="dimmed">
        {t`Kept from the earlier run`}
      </Text>
      <Group gap={6}>
        {files.map((file) => {
          const { id, name, size } = file;
          return (
            <Pill
              key={id}
              size="md"
              withRemoveButton={!disabled}
              onRemove={() => onRemove(file)}
              removeButtonProps={{ 'aria-label': t`Do not use ${name}`, 'aria-hidden': false, tabIndex: 0 }}
            >
              {name} · {formatBytes(size)}
            </Pill>
          );
        })}
      </Group>
    </div>
  );
}
