import { t } from '@lingui/core/macro';
import type { Job } from '@argus/contract';
import { Button, Group, NumberInput, Popover } from '@mantine/core';
import { useState, type SubmitEvent } from 'react';
import { useChange } from '../api/hooks.ts';

type Named = Pick<Job, 'id' | 'name' | 'priority'>;

/** Shows the priority of a waiting job, and gives it another one. */
export function PriorityButton({ job }: { job: Named }) {
  const [open, setOpen] = useState(false);
  const { name } = job;
  return (
    <Popover opened={open} onChange={setOpen} position="bottom-end" trapFocus>
      <Popover.Target>
        <Button
          size="compact-xs"
          variant="default"
          onClick={() => setOpen(!open)}
          aria-label={t`Priority of ${name}`}
        >
          {t`Priority`}
        </Button>
      </Popover.Target>
      <Popover.Dropdown>
        <PriorityForm job={job} onDone={() => setOpen(false)} />
      </Popover.Dropdown>
    </Popover>
  );
}

function PriorityForm({ job, onDone }: { job: Named; onDone: () => void }) {
  const update = useChange('updateJob', ['listQueues', 'listJobs', 'getJob', 'getQueueEntry']);
  const [priority, setPriority] = useState<number | string>(job.priority);
  const submit = (event: SubmitEvent) => {
    event.preventDefault();
    update.mutate({ params: { id: job.id }, body: { priority: Number(priority) } }, { onSuccess: onDone });
  };
  return (
    <form onSubmit={submit}>
      <Group gap="xs" align="flex-end">
        <NumberInput
          label={t`Priority`}
          description={t`−100 to 100; higher goes first`}
          min={-100}
          max={100}
          allowDecimal={false}
          value={priority}
          onChange={setPriority}
          error={update.error?.message}
          w={210}
        />
        <Button type="submit" loading={update.isPending} disabled={priority === ''}>
          {t`Set`}
        </Button>
      </Group>
    </form>
  );
}
