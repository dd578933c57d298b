import { secretNames, secretReference } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Group, Select, Text, Textarea } from '@mantine/core';
import { useRef, type ReactNode } from 'react';
import { useApi, useCustomer } from '../api/hooks.ts';
import classes from './env-field.module.css';
import { TextLink } from './link.tsx';

interface EnvFieldProps {
  description: string;
  /** `KEY=value` lines. */
  value?: string;
  onChange: (text: string) => void;
  error?: ReactNode;
  maxRows?: number;
  placeholder?: string;
}

/** Variables as lines, with the organization's secrets at hand. For admins: nobody else may list these. */
export function EnvField({ value = '', onChange, maxRows = 16, ...field }: EnvFieldProps) {
  const input = useRef<HTMLTextAreaElement>(null);
  const customer = useCustomer();
  const secrets = useApi('listSecrets', {});
  const names = secrets.data?.map(({ name }) => name);
  const unknown = secretNames([value]).filter((name) => names?.includes(name) === false);
  const missing = unknown.join(', ');
  const insert = (name: string) => {
    const { selectionStart = value.length, selectionEnd = value.length } = input.current ?? {};
    onChange(value.slice(0, selectionStart) + secretReference(name) + value.slice(selectionEnd));
    input.current?.focus();
  };
  return (
    <div>
      <Textarea
        ref={input}
        label={t`Environment (env)`}
        autosize
        minRows={2}
        maxRows={maxRows}
        spellCheck={false}
        classNames={{ input: classes.code }}
        {...field}
        value={value}
        onChange={(event) => onChange(event.currentTarget.value)}
      />
      <Group gap="xs" mt={4} align="center">
        {names !== undefined && names.length > 0 && (
          <Select
            size="xs"
            w={220}
            aria-label={t`Insert a secret`}
            placeholder={t`Insert a secret`}
            searchable
            nothingFoundMessage={t`No such secret`}
            data={names}
            value={null}
            onChange={(name) => name !== null && insert(name)}
          />
        )}
        <TextLink to="/$customer/settings/credentials/secrets" params={{ customer }} size="xs">
          {t`Secrets`}
        </TextLink>
        {missing !== '' && (
          <Text size="xs" role="status">
            {t`There is no secret ${missing} yet: it does not run before.`}
          </Text>
        )}
      </Group>
    </div>
  );
}
