/** The lists of the web page that one can save views of. */
export const SAVED_VIEW_PAGES = ['tasks', 'jobs', 'workflows', 'schedules', 'bots', 'scripts'] as const;
export type SavedViewPage = (typeof SAVED_VIEW_PAGES)[number];

export const SAVED_VIEW_NAME_MAX = 60;
/** Of one person for one page. */
export const SAVED_VIEWS_MAX = 100;
