import type { OperationId } from '@argus/contract';
import { scriptQueries } from '../../features/scripts/index.ts';
import { sha256Hex } from '../../platform/crypto.ts';
import type { TestApp } from '../app.ts';
import { addScript } from '../objects.ts';
import { nothing, type Sample } from './shared.ts';

export function scriptsSamples(app: TestApp) {
  const { db, demo } = app;
  const aScript = async () => ({ id: (await addScript(db, demo.id)).id });
  const withTwoVersions = async () => {
    const { id } = await aScript();
    const data = Buffer.from('echo changed\n');
    const content = { filename: 'changed.sh', sha256: sha256Hex(data), data };
    await scriptQueries(db).update(id, { filename: 'changed.sh', description: '', content }, 'a test');
    return { id };
  };

  return {
    listScripts: nothing,
    createScript: async () => ({ body: { filename: 'new.sh', description: 'new', content: 'echo new\n' } }),
    getScript: async () => ({ params: { id: demo.script.id } }),
    updateScript: async () => ({
      params: await aScript(),
      body: { filename: 'renamed.sh', description: 'changed', content: 'echo changed\n' },
    }),
    deleteScript: async () => ({ params: await aScript() }),
    downloadScript: async () => ({ params: { id: demo.script.id } }),
    diffScript: async () => ({ params: await withTwoVersions() }),
    restoreScript: async () => ({ params: await withTwoVersions(), body: { version: 1 } }),
    tryScript: async () => ({
      params: await aScript(),
      body: { content: 'echo tried\n', host_id: demo.host.id, task_arguments: ['one'] },
    }),
    listScriptTasks: async () => ({ params: { id: demo.script.id } }),
    listScriptVersions: async () => ({ params: { id: demo.script.id } }),
  } satisfies Partial<Record<OperationId, () => Promise<Sample>>>;
}
