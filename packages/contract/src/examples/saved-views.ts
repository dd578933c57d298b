import type { Static } from 'typebox';
import type { SavedView } from '../resources/index.ts';
import { BEGIN, IDS, type Examples } from './shared.ts';

const failing: Static<typeof SavedView> = {
  id: IDS.savedView,
  page: 'tasks',
  name: 'Nightly, failing',
  search: { q: 'tag:nightly state:failing' },
  shared: true,
  mine: true,
  owner: 'admin@localhost',
  creation_date: BEGIN,
  last_update: BEGIN,
};

export const savedViewsExamples = {
  listSavedViews: { query: { page: 'tasks' }, response: [failing] },
  createSavedView: {
    body: { page: 'tasks', name: failing.name, search: failing.search, shared: true },
    response: failing,
  },
  updateSavedView: { body: { shared: false }, response: { ...failing, shared: false } },
  deleteSavedView: { response: failing },
} satisfies Partial<Examples>;
