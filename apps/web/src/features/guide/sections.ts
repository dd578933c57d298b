import type { Section } from './parts.ts';

/** The text of the whole guide, by file. */
export const sections = import.meta.glob<Section[]>(
  [
    '../../../../../docs/guide/*.md',
    '../../../../../docs/reference/*.md',
    '../../../../../README.md',
    '../../../../../SECURITY.md',
  ],
  { query: '?sections', import: 'default', eager: true },
);
