import { Type } from 'typebox';
import { operation, type Operation } from '../operation.ts';
import * as R from '../resources/index.ts';
import { SAVED_VIEW_PAGES, SAVED_VIEWS_MAX } from '../saved-view-values.ts';
import { Closed, OneOf } from '../schema.ts';
import { id } from './shared.ts';

/** Searches that people keep under a name. */
export const savedViewsOperations = {
  listSavedViews: operation({
    method: 'GET',
    path: '/saved-view',
    permission: 'viewer',
    tag: 'saved views',
    summary: 'List your saved views, and those that others share; by name',
    query: Closed({ page: Type.Optional(OneOf(SAVED_VIEW_PAGES, 'Only those of this list.')) }),
    response: Type.Array(R.SavedView),
  }),
  createSavedView: operation({
    method: 'POST',
    path: '/saved-view',
    permission: 'viewer',
    tag: 'saved views',
    audit: 'saved-view.create',
    summary: 'Keep a search under a name',
    description: `At most ${SAVED_VIEWS_MAX} of each person for each list. Sharing is for the role user and above.`,
    body: R.SavedViewCreate,
    status: 201,
    response: R.SavedView,
    errors: ['conflict'],
  }),
  updateSavedView: operation({
    method: 'PATCH',
    path: '/saved-view/{id}',
    permission: 'viewer',
    tag: 'saved views',
    audit: 'saved-view.update',
    summary: 'Change a saved view (fields left out stay)',
    description: 'Yours; admins also change what others share.',
    params: id,
    body: R.SavedViewUpdate,
    response: R.SavedView,
    errors: ['conflict'],
  }),
  deleteSavedView: operation({
    method: 'DELETE',
    path: '/saved-view/{id}',
    permission: 'viewer',
    tag: 'saved views',
    audit: 'saved-view.delete',
    summary: 'Delete a saved view',
    description: 'Yours; admins also delete what others share.',
    params: id,
    response: R.SavedView,
  }),
} as const satisfies Record<string, Operation>;
