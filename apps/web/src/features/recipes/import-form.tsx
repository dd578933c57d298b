import { ArgusApiError } from '@argus/client';
import { t } from '@lingui/core/macro';
import { Button, FileInput, Group, Select, Stack, Text, Textarea, TextInput } from '@mantine/core';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { useState, type SyntheticEvent } from 'react';
import { useApi, useClient, useCustomer } from '../../api/hooks.ts';
import { ErrorNotice } from '../../ui/error-notice.tsx';
import type { Imported } from './import-report.tsx';
import { recipesIn } from './recipe-files.ts';
import { isWorkflowRecipe } from './recipe-kind.ts';
import classes from './recipes.module.css';

/** How the import of one recipe went. */
export type ImportOutcome = Imported | { type: 'refused'; name: string; error: unknown };

const CHANGED = ['listTasks', 'listTaskActivity', 'listScripts', 'listWorkflows'] as const;

interface ImportFormProps {
  /** Chosen already. */
  files?: readonly File[];
  onImported: (outcomes: readonly ImportOutcome[]) => void;
}

/** Recipes as files or as pasted text, and the bot to run on. */
export function ImportForm({ files: given = [], onImported }: ImportFormProps) {
  const customer = useCustomer();
  const client = useClient();
  const cache = useQueryClient();
  const hosts = useApi('listHosts', {});
  const [text, setText] = useState('');
  const [files, setFiles] = useState<File[]>([...given]);
  const [problem, setProblem] = useState<string>();
  const [host, setHost] = useState<string | null>(null);
  const [name, setName] = useState('');
  const [done, setDone] = useState<{ done: number; all: number }>();

  const importAll = useMutation({
    mutationFn: async (recipes: ReturnType<typeof recipesIn>['recipes']): Promise<ImportOutcome[]> => {
      const query = {
        ...(host !== null && { host_id: host }),
        ...(name.trim() !== '' && recipes.length === 1 && { name: name.trim() }),
      };
      const one = async (body: unknown): Promise<Imported> =>
        isWorkflowRecipe(body)
          ? { type: 'workflow', workflow: await client.importWorkflow({ body, query }) }
          : { type: 'task', task: await client.importTask({ body, query }) };
      const outcomes: ImportOutcome[] = [];
      for (const recipe of recipes) {
        setDone({ done: outcomes.length, all: recipes.length });
        try {
          outcomes.push(await one(recipe.body));
        } catch (error) {
          // of one, the form says what is wrong with it
          if (recipes.length === 1) throw error;
          outcomes.push({ type: 'refused', name: recipe.name, error });
        }
      }
      return outcomes;
    },
    onSettled: () => {
      setDone(undefined);
      for (const changed of CHANGED) void cache.invalidateQueries({ queryKey: [changed, customer] });
    },
    onSuccess: onImported,
  });

  const submit = async (event: SyntheticEvent) => {
    event.preventDefault();
    setProblem(undefined);
    const sources =
      files.length > 0
        ? await Promise.all(files.map(async (file) => ({ file: file.name, text: await file.text() })))
        : [{ file: '', text }];
    if (files.length === 0 && text.trim() === '') return setProblem(t`Choose a file, or paste a recipe.`);
    const { recipes, unread } = recipesIn(sources);
    const [bad] = unread;
    if (bad === '') return setProblem(t`That is no JSON: take the file as the export gave it.`);
    if (bad !== undefined) return setProblem(t`${bad} is no JSON: take the file as the export gave it.`);
    if (recipes.length === 0) return setProblem(t`There is no recipe in it.`);
    importAll.mutate(recipes);
  };

  const { error } = importAll;
  const nameError =
    error instanceof ArgusApiError ? error.errors.find(({ field }) => field === 'name')?.message : undefined;
  const single = files.length < 2;
  const progress = done && done.all > 1 && progressText(done);
  return (
    <form onSubmit={(event) => void submit(event)} noValidate>
      <Stack>
        <Text size="sm">
          {t`A recipe is a task with its script, or a workflow with its tasks, in one file, as an export makes it. Those of existing systems are read too.`}
        </Text>
        <FileInput
          label={t`Recipe file`}
          description={t`Or drop files anywhere on the page.`}
          placeholder={t`Choose a file`}
          accept=".json,application/json"
          multiple
          clearable
          value={files}
          onChange={setFiles}
          error={files.length > 0 ? problem : undefined}
        />
        {files.length === 0 && (
          <Textarea
            label={t`Or its text`}
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
          label={t`Bot`}
          description={t`The machine that runs its scripts. Left empty: the one that the recipe names, if there is one of that name.`}
          placeholder={t`As the recipe says`}
          data={(hosts.data ?? []).map(({ id, hostname }) => ({ value: id, label: hostname }))}
          searchable
          clearable
          value={host}
          onChange={setHost}
        />
        {single && (
          <TextInput
            label={t`Name`}
            description={t`Left empty: the name in the recipe.`}
            value={name}
            onChange={(event) => setName(event.currentTarget.value)}
            error={nameError}
          />
        )}
        <ErrorNotice error={error} shownFields={nameError === undefined ? [] : ['name']} />
        <Group justify="flex-end">
          {progress && (
            <Text size="sm" role="status">
              {progress}
            </Text>
          )}
          <Button type="submit" loading={importAll.isPending} data-autofocus>
            {t`Import`}
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

function progressText({ done, all }: { done: number; all: number }): string {
  return t`${done} of ${all} recipes`;
}
