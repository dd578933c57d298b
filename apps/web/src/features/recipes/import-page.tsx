import { t } from '@lingui/core/macro';
import { useState } from 'react';
import { useCustomer } from '../../api/hooks.ts';
import { TextLink } from '../../ui/link.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { DropZone } from './drop-zone.tsx';
import { ImportForm, type ImportOutcome } from './import-form.tsx';
import { ImportOutcomes } from './import-outcomes.tsx';

/** Where tasks are looked for. */
export function ImportPage() {
  return <Import from="tasks" />;
}

/** Where workflows are looked for. */
export function ImportWorkflowPage() {
  return <Import from="workflows" />;
}

/** Tasks and workflows from recipes: files or pasted text, the bot to run on, and then what there is to say about it. */
function Import({ from }: { from: 'tasks' | 'workflows' }) {
  const customer = useCustomer();
  const [outcomes, setOutcomes] = useState<readonly ImportOutcome[]>();
  // each drop begins the form anew
  const [dropped, setDropped] = useState<{ files: readonly File[]; count: number }>({ files: [], count: 0 });
  return (
    <Page
      title={from === 'tasks' ? t`Import a task` : t`Import a workflow`}
      parent={
        <TextLink to={`/$customer/${from}`} params={{ customer }} size="sm">
          {from === 'tasks' ? t`Tasks` : t`Workflows`}
        </TextLink>
      }
    >
      {outcomes ? (
        <ImportOutcomes
          outcomes={outcomes}
          onAgain={() => setOutcomes(undefined)}
          again={t`Import another`}
        />
      ) : (
        <Panel>
          <ImportForm key={dropped.count} files={dropped.files} onImported={setOutcomes} />
        </Panel>
      )}
      <DropZone
        label={t`Drop recipes to import them`}
        onDrop={(files) => {
          setOutcomes(undefined);
          setDropped(({ count }) => ({ files, count: count + 1 }));
        }}
      />
    </Page>
  );
}
