import { t } from '@lingui/core/macro';
import { Select } from '@mantine/core';
import { useApi } from '../../api/hooks.ts';
import type { FormPart } from './form-part.ts';
import { dateText } from '../../ui/locale.ts';

/** Which version of the chosen script runs: the newest, or one that stays. */
export function VersionChoice({ form, scriptId }: FormPart & { scriptId: string }) {
  const versions = useApi('listScriptVersions', { params: { id: scriptId } });
  const { script_version } = form.values;
  return (
    <Select
      label={t`Version`}
      description={t`The newest changes with the script; a version that is chosen here stays.`}
      allowDeselect={false}
      data={[
        { value: '', label: t`Always the newest` },
        ...(versions.data ?? []).map(({ version, created_at, created_by }) => ({
          value: String(version),
          label: `${versionText(version, dateText(created_at))}${created_by ? `, ${created_by}` : ''}`,
        })),
      ]}
      value={script_version === null ? '' : String(script_version)}
      onChange={(value) => form.setFieldValue('script_version', value ? Number(value) : null)}
      error={form.errors['script_version']}
    />
  );
}

function versionText(version: number, day: string): string {
  return t`Version ${version}, ${day}`;
}
