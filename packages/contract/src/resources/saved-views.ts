import { Type, type Static } from 'typebox';
import { Closed, Id, OneOf, Time } from '../schema.ts';
import { SAVED_VIEW_NAME_MAX, SAVED_VIEW_PAGES } from '../saved-view-values.ts';
import { ignored } from './shared.ts';

const page = OneOf(SAVED_VIEW_PAGES, 'The list that it is a view of.');
const search = Type.Record(Type.String({ maxLength: 40 }), Type.String({ maxLength: 2000 }), {
  maxProperties: 20,
  description: 'What the page’s address says after its `?`, by name: `{"q": "tag:nightly state:failing"}`.',
});
const shared = Type.Boolean({
  description: 'Whether everybody in the organization has it; it shows no more than each of them may see.',
});
const name = Type.String({ minLength: 1, maxLength: SAVED_VIEW_NAME_MAX });

export const SavedView = Type.Object({
  id: Id,
  page,
  name,
  search,
  shared,
  mine: Type.Boolean({ description: 'Whether it is yours.' }),
  owner: Type.String({ description: 'Whose it is: an e-mail address.' }),
  creation_date: Time,
  last_update: Time,
});
export type SavedView = Static<typeof SavedView>;

export const SavedViewCreate = Closed({
  page,
  name,
  search,
  shared: Type.Optional(shared),
  ...ignored('id', 'mine', 'owner', 'creation_date', 'last_update'),
});
export type SavedViewCreate = Static<typeof SavedViewCreate>;

export const SavedViewUpdate = Closed({
  name: Type.Optional(name),
  search: Type.Optional(search),
  shared: Type.Optional(shared),
  ...ignored('id', 'page', 'mine', 'owner', 'creation_date', 'last_update'),
});
export type SavedViewUpdate = Static<typeof SavedViewUpdate>;
