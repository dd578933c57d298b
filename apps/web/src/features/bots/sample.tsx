import type { Host } from '@argus/contract';
import { t } from '@lingui/core/macro';
import { Button, Stack } from '@mantine/core';
import { useMutation } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useClient, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { PlayIcon } from '../../ui/icons.tsx';
import { TEMPLATES } from '../scripts/templates.ts';

/** Runs a sample script on a bot and leads to its log: proof that it works, for the first five minutes. */
export function RunSample({ host }: { host: Host }) {
  const client = useClient();
  const customer = useCustomer();
  const navigate = useNavigate();
  const run = useMutation({
    mutationFn: async () => {
      const isWindows = /^win/i.test(host.info?.os ?? '');
      const filename = isWindows ? 'hello.bat' : 'hello.sh';
      const content = TEMPLATES[isWindows ? 'batch' : 'shell'] ?? '';
      const known = (await client.listScripts({ query: { where: { filename } } }))[0];
      const { id } = known ?? (await client.createScript({ body: { filename, content } }));
      return client.tryScript({
        params: { id },
        body: {
          content,
          host_id: host.id,
          run_as: isWindows ? '%script%' : 'bash %script%',
          task_arguments: [host.hostname],
        },
      });
    },
    onSuccess: ({ id }) => navigate({ to: '/$customer/jobs/$jobId', params: { customer, jobId: id } }),
  });
  return (
    <Stack gap={4} align="flex-start">
      <Button
        size="xs"
        leftSection={<PlayIcon size={14} />}
        loading={run.isPending}
        onClick={() => run.mutate()}
        title={t`Runs hello.sh on it, without a task, and shows its log`}
      >
        {t`Run a sample on it`}
      </Button>
      <ErrorNotice error={run.error} />
    </Stack>
  );
}
