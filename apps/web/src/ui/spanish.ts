import type { Messages } from '@lingui/core';

// As it is developed, all is here; the build puts into this module what is told below (`spanish.ts` beside its configuration).
const catalogs = import.meta.glob<Messages>('../**/locales/es.po', { eager: true, import: 'messages' });

/** What is seen first. */
export const first: Messages = Object.assign({}, ...Object.values(catalogs)) as Messages;

/** The texts of what is loaded later, by its name. */
export const later: Readonly<Record<string, () => Promise<{ messages: Messages }>>> = {};

/** The names of those that also say what the server says. */
export const saying: readonly string[] = [];
