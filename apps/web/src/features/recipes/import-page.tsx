import { ArgusApiError } from '@argus/client';
import { Button, FileInput, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useState, type FormEvent } from 'react';
import { useApi, useChange, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import { TextLink } from '../../ui/link.tsx';
import { Page, Panel } from '../../ui/page.tsx';
import { ImportReport, type Imported } from './import-report.tsx';
import { isWorkflowRecipe } from './recipe-kind.ts';
import classes from './recipes.module.css';

/** Where tasks are looked for. */
export function ImportPage() {
  return <Import from="tasks" />;
}

/** Where workflows are looked for. */
export function ImportWorkflowPage() {
  return <Import from="workflows" />;
}

/** A task or a workflow from a recipe: a file or pasted text, the bot to run on, and then what there is to say about it. */
function Import({ from }: { from: 'tasks' | 'workflows' }) {
  const customer = useCustomer();
  const [imported, setImported] = useState<Imported>();
  return (
    <Page
      title={from === 'tasks' ? 'Import a task' : 'Import a workflow'}
      parent={
        <TextLink to={`/$customer/${from}`} params={{ customer }} size="sm">
          {from === 'tasks' ? 'Tasks' : 'Workflows'}
        </TextLink>
      }
    >
      {imported ? (
        <ImportReport imported={imported} onAgain={() => setImported(undefined)} />
      ) : (
        <ImportForm onImported={setImported} />
      )}
    </Page>
  );
}

function ImportForm({ onImported }: { onImported: (imported: Imported) => void }) {
  const hosts = useApi('listHosts', {});
  const importTask = useChange('importTask', ['listTasks', 'listScripts']);
  const importWorkflow = useChange('importWorkflow', ['listWorkflows', 'listTasks', 'listScripts']);
  const [text, setText] = useState('');
  const [file, setFile] = useState<File | null>(null);
  const [problem, setProblem] = useState<string>();
  const [host, setHost] = useState<string | null>(null);
  const [name, setName] = useState('');

  const submit = async (event: FormEvent) => {
    event.preventDefault();
    setProblem(undefined);
    const json = file ? await file.text() : text;
    if (json.trim() === '') return setProblem('Choose a file, or paste a recipe.');
    let body: unknown;
    try {
      body = JSON.parse(json);
    } catch {
      return setProblem('That is no JSON: take the file as the export gave it.');
    }
    const query = {
      ...(host !== null && { host_id: host }),
      ...(name.trim() !== '' && { name: name.trim() }),
    };
    importTask.reset();
    importWorkflow.reset();
    if (isWorkflowRecipe(body))
      importWorkflow.mutate(
        { body, query },
        { onSuccess: (workflow) => onImported({ type: 'workflow', workflow }) },
      );
    else importTask.mutate({ body, query }, { onSuccess: (task) => onImported({ type: 'task', task }) });
  };

  const error = importTask.error ?? importWorkflow.error;
  const nameError =
    error instanceof ArgusApiError ? error.errors.find(({ field }) => field === 'name')?.message : undefined;
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Panel>
        <Stack>
          <Text size="sm">
            A recipe is a task with its script, or a workflow with its tasks, in one file, as an export makes
            it. Those of existing systems are read too.
          </Text>
          <FileInput
            label="Recipe file"
            placeholder="Choose a file"
            accept=".json,application/json"
            clearable
            value={file}
            onChange={setFile}
            error={file ? problem : undefined}
          />
          {file === null && (
            <Textarea
              label="Or its text"
              placeholder="{ … }"
              autosize
              minRows={6}
              maxRows={20}
              spellCheck={false}
              classNames={{ input: classes.code }}
              value={text}
              onChange={(event) => setText(event.currentTarget.value)}
              error={problem}
            />
          )}
          <Select
            label="Bot"
            description="The machine that runs its scripts. Left empty: the one that the recipe names, if there is one of that name."
            placeholder="As the recipe says"
            data={(hosts.data ?? []).map(({ id, hostname }) => ({ value: id, label: hostname }))}
            searchable
            clearable
            value={host}
            onChange={setHost}
          />
          <TextInput
            label="Name"
            description="Left empty: the name in the recipe."
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={nameError}
          />
          <ErrorNotice error={error} shownFields={nameError === undefined ? [] : ['name']} />
          <Group justify="flex-end">
            <Button type="submit" loading={importTask.isPending || importWorkflow.isPending}>
              Import
            </Button>
          </Group>
        </Stack>
      </Panel>
    </form>
  );
}
