import type { OperationId } from '@argus/contract';
import type { TestApp } from '../app.ts';
import type { Sample } from './shared.ts';

export function recipesSamples({ demo }: TestApp) {
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

  return {
    getTaskRecipe: async () => ({ params: { id: demo.task.id } }),
    importTask: aRecipe,
    importTaskByGet: aRecipe,
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
