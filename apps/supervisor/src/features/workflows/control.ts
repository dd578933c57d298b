import { ArgusError } from '@argus/contract';
import { hashToken, newSecretKey } from '../../platform/crypto.ts';
import type { Actor } from '../../platform/http/caller.ts';
import type { Context, Handlers } from '../../platform/http/operations.ts';
import type { Platform } from '../../platform/platform.ts';
import { assertUnlimited } from '../access/index.ts';
import { changedAcl, knownEntries, readAclChange, type AclChange } from '../tasks/index.ts';
import type { WorkflowQueries, WorkflowRow } from './queries.ts';

type ControlOperations =
  | 'pauseWorkflow'
  | 'resumeWorkflow'
  | 'getWorkflowCredentials'
  | 'changeWorkflowSecret'
  | 'getWorkflowAcl'
  | 'replaceWorkflowAcl'
  | 'updateWorkflowAcl'
  | 'deleteWorkflowAcl';

export interface ControlServices {
  queries: WorkflowQueries;
  visible(caller: Actor, id: string): Promise<WorkflowRow>;
  view(caller: Actor, id: string): ReturnType<Handlers['getWorkflow']>;
  /** The e-mail of a member, by e-mail or id; undefined where there is no such member. */
  memberEmail(customerId: string, emailOrId: string): Promise<string | undefined>;
}

/** What can be done with a workflow beside editing it: pause, secret key, access list. */
export function workflowControlRoutes(
  { box }: Pick<Platform, 'box'>,
  { queries, visible, view, memberEmail }: ControlServices,
): Pick<Handlers, ControlOperations> {
  const target = ({ id }: WorkflowRow) => ({ type: 'workflow', id });

  async function changeAcl(caller: Actor, id: string, change: AclChange, note: Context['note']) {
    assertUnlimited(caller);
    const workflow = await visible(caller, id);
    const entries = await knownEntries(change, (entry) => memberEmail(caller.customer.id, entry));
    const acl = changedAcl(workflow.acls, { ...change, entries });
    await queries.setAcl(workflow.id, acl);
    note({
      target: target(workflow),
      details: { name: workflow.name, changed: { acls: { from: workflow.acls, to: acl } } },
    });
    return { acl };
  }

  return {
    async pauseWorkflow({ caller, params, body, note }) {
      assertUnlimited(caller);
      const workflow = await visible(caller, params.id);
      const reason = body?.reason ?? '';
      await queries.setPaused(workflow.id, { at: new Date().toISOString(), by: caller.name, reason });
      note({ details: { name: workflow.name, reason } });
      return view(caller, workflow.id);
    },

    async resumeWorkflow({ caller, params, note }) {
      assertUnlimited(caller);
      const workflow = await visible(caller, params.id);
      if (workflow.paused === null) throw new ArgusError('conflict', 'The workflow is not paused.');
      await queries.setPaused(workflow.id, null);
      note({ details: { name: workflow.name } });
      return view(caller, workflow.id);
    },

    async getWorkflowCredentials({ caller, params, note }) {
      const workflow = await visible(caller, params.id);
      note({ target: target(workflow), details: { name: workflow.name } });
      return { id: workflow.id, secret: box.open(workflow.secret_cipher) };
    },

    async changeWorkflowSecret({ caller, params, note }) {
      assertUnlimited(caller);
      const workflow = await visible(caller, params.id);
      const secret = newSecretKey();
      await queries.setSecret(workflow.id, { hash: hashToken(secret), cipher: box.seal(secret) });
      note({ target: target(workflow), details: { name: workflow.name } });
      return { id: workflow.id, secret };
    },

    getWorkflowAcl: async ({ caller, params }) => ({ acl: (await visible(caller, params.id)).acls }),
    replaceWorkflowAcl: ({ caller, params, body, query, note }) =>
      changeAcl(caller, params.id, readAclChange('replace', body, query), note),
    updateWorkflowAcl: ({ caller, params, body, query, note }) =>
      changeAcl(caller, params.id, readAclChange('update', body, query), note),
    deleteWorkflowAcl: ({ caller, params, note }) =>
      changeAcl(caller, params.id, { action: 'set', entries: [] }, note),
  };
}
