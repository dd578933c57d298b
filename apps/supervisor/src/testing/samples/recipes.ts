import type { OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import type { Sample } from './shared.ts';

export function recipesSamples(app: TestApp) {
  const { demo } = app;
  const { token } = demo.people.admin;
  const aRecipe = async () => ({
    body: {
      format: 'argus/1',
      task: { name: 'From a recipe', run_as: 'sh %script%', timeout: 60, env: { A: '1' } },
      script: {
        filename: 'imported.sh',
        description: '',
        data: Buffer.from('echo imported\n').toString('base64'),
      },
    },
  });

  const aWorkflow = async () => {
    const { body } = await app.request('POST', '/workflow', {
      token,
      body: { name: 'To export', steps: [{ id: 'one', task: demo.task.id }] },
    });
    return { params: { id: body.id as string } };
  };
  const aWorkflowRecipe = async () => {
    const { body: task } = await aRecipe();
    const { format, ...parts } = task;
    return {
      body: {
        format,
        workflow: { name: 'From a recipe', steps: [{ id: 'one', task: 'task-1' }], edges: [] },
        tasks: [{ id: 'task-1', ...parts }],
      },
    };
  };

  return {
    getTaskRecipe: async () => ({ params: { id: demo.task.id } }),
    importTask: aRecipe,
    importTaskByGet: aRecipe,
    getWorkflowRecipe: aWorkflow,
    importWorkflow: aWorkflowRecipe,
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
