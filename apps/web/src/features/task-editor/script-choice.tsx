import { t } from '@lingui/core/macro';
import { Trans } from '@lingui/react/macro';
import { Code, SegmentedControl, Select, Stack, TextInput } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import { ScriptFields } from '../../ui/script-fields.tsx';
import { BotChoice } from './bot-choice.tsx';
import type { FormPart } from './form-part.ts';
import classes from './task-form.module.css';
import { VersionChoice } from './version-choice.tsx';

/** The bot, the script (chosen, or written here) and the command line. */
export function ScriptChoice({ form }: FormPart) {
  const scripts = useApi('listScripts', { query: {} });
  const { writesScript, script_id } = form.values;
  return (
    <Stack>
      <BotChoice form={form} />
      <SegmentedControl
        aria-label={t`Where the script comes from`}
        value={writesScript ? 'new' : 'known'}
        onChange={(choice) => form.setFieldValue('writesScript', choice === 'new')}
        data={[
          { value: 'known', label: t`Choose a script` },
          { value: 'new', label: t`Write a new one` },
        ]}
        w="fit-content"
      />
      {writesScript ? (
        <ScriptFields
          filename={form.getInputProps('script.filename')}
          content={form.getInputProps('script.content')}
        />
      ) : (
        <>
          <Select
            label={t`Script`}
            description={t`The file that is executed.`}
            placeholder={
              scripts.data?.length === 0 ? t`There is none yet: write one here` : t`Choose a script`
            }
            data={(scripts.data ?? []).map(({ id, filename }) => ({ value: id, label: filename }))}
            searchable
            clearable
            {...form.getInputProps('script_id')}
            onChange={(id) => {
              form.setFieldValue('script_id', id);
              // a version is one of its script
              form.setFieldValue('script_version', null);
            }}
          />
          {script_id !== null && <VersionChoice form={form} scriptId={script_id} />}
        </>
      )}
      <TextInput
        label={t`Run As`}
        description={
          <>
            <Trans>
              The command line, with <Code>%script%</Code> where the script goes, e.g.{' '}
              <Code>sudo -u deploy bash %script%</Code>. Empty executes the file itself; on Windows name the
              interpreter.
            </Trans>
          </>
        }
        // verbatim: a command
        placeholder="bash %script%"
        spellCheck={false}
        classNames={{ input: classes.code }}
        {...form.getInputProps('run_as')}
      />
    </Stack>
  );
}
