import { ArgusError, invalid, SAVED_VIEWS_MAX, type SavedView } from '@argus/contract';
import type { Actor } from '../../platform/http/caller.ts';
import type { Handlers } from '../../platform/http/operations.ts';
import { newId } from '../../platform/ids.ts';
import { changes } from '../audit/index.ts';
import type { SavedViewQueries, SavedViewRow } from './queries.ts';
import { assertMayShare, hasView, mayChangeView } from './rules.ts';

type SavedViewOperations = 'listSavedViews' | 'createSavedView' | 'updateSavedView' | 'deleteSavedView';

export function savedViewRoutes(queries: SavedViewQueries): Pick<Handlers, SavedViewOperations> {
  async function visible(caller: Actor, id: string): Promise<SavedViewRow> {
    const row = await queries.find(id);
    if (row === undefined || row.customer_id !== caller.customer.id || !hasView(row, caller))
      throw new ArgusError('not_found');
    return row;
  }

  async function changeable(caller: Actor, id: string): Promise<SavedViewRow> {
    const row = await visible(caller, id);
    if (!mayChangeView(row, caller))
      throw new ArgusError(
        'forbidden',
        `Only ${row.owner} and admins change this view: save one of your own.`,
      );
    return row;
  }

  return {
    async listSavedViews({ caller, query }) {
      const rows = await queries.list(caller.customer.id, caller.userId, query.page ?? null);
      return rows.map((row) => savedView(row, caller));
    },

    async createSavedView({ caller, body, note }) {
      const { page, search, shared = false } = body;
      const { userId } = caller;
      if (userId === null)
        throw new ArgusError('forbidden', 'Views are for people: sign in with an e-mail address.');
      if (shared) assertMayShare(caller);
      if ((await queries.count(caller.customer.id, userId, page)) >= SAVED_VIEWS_MAX)
        throw new ArgusError('conflict', `You have ${SAVED_VIEWS_MAX} views of this list: delete one first.`);
      const id = newId();
      const name = nameOf(body.name);
      const owner = { id, customer_id: caller.customer.id, user_id: userId, page };
      if (!(await queries.insert({ name, search, shared }, owner))) throw nameTaken(name);
      note({ target: { type: 'saved-view', id }, details: { page, name, shared } });
      return savedView(await visible(caller, id), caller);
    },

    async updateSavedView({ caller, params, body, note }) {
      const old = await changeable(caller, params.id);
      const { search = old.search, shared = old.shared } = body;
      const name = body.name === undefined ? old.name : nameOf(body.name);
      if (shared && !old.shared) assertMayShare(caller);
      if (!(await queries.update(old.id, { name, search, shared }))) throw nameTaken(name);
      note({
        details: {
          name,
          changed: changes(
            { name: old.name, search: old.search, shared: old.shared },
            { name, search, shared },
          ),
        },
      });
      // of somebody else, and not shared any more: its answer is the last that the caller sees of it
      const row = await queries.find(old.id);
      if (row === undefined) throw new ArgusError('not_found');
      return savedView(row, caller);
    },

    async deleteSavedView({ caller, params, note }) {
      const row = await changeable(caller, params.id);
      await queries.delete(row.id);
      note({ details: { page: row.page, name: row.name } });
      return savedView(row, caller);
    },
  };
}

function nameOf(text: string): string {
  const name = text.trim();
  if (name === '') throw invalid('name', 'is empty: say what the view shows');
  return name;
}

function nameTaken(name: string): ArgusError {
  const message = `You have a view called “${name}” here: take another name, or change that one.`;
  return new ArgusError('conflict', message, [{ field: 'name', message: 'is the name of another view' }]);
}

function savedView(row: SavedViewRow, { userId }: Actor): SavedView {
  return {
    id: row.id,
    page: row.page,
    name: row.name,
    search: row.search,
    shared: row.shared,
    mine: row.user_id === userId,
    owner: row.owner,
    creation_date: row.created_at.toISOString(),
    last_update: row.updated_at.toISOString(),
  };
}
