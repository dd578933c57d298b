import type { Contents, GuidePage, Section } from './parts.ts';

// what is matched here is what `guideFiles` of the build takes links to
const contents = import.meta.glob<Contents>(
  [
    '../../../../../docs/guide/*.md',
    '../../../../../docs/reference/*.md',
    '../../../../../README.md',
    '../../../../../SECURITY.md',
  ],
  { query: '?contents', import: 'default', eager: true },
);
const pages = import.meta.glob<GuidePage>(
  [
    '../../../../../docs/guide/*.md',
    '../../../../../docs/reference/*.md',
    '../../../../../README.md',
    '../../../../../SECURITY.md',
  ],
  { query: '?page', import: 'default' },
);

const byName = <T>(files: Record<string, T>): ReadonlyMap<string, T> =>
  new Map(
    Object.entries(files).map(([file, value]) => [
      /([^/]+)\.md$/.exec(file)?.[1]?.toLowerCase() ?? '',
      value,
    ]),
  );

/** What is in the guide, by the name of the page in addresses: `bots`. */
export const GUIDE = byName(contents);

const loaders = byName(pages);

/** Loads a page; undefined where the guide has none of the name. */
export async function loadGuidePage(name: string): Promise<GuidePage | undefined> {
  return loaders.get(name)?.();
}

/** Loads all texts of the guide for a search: 45 kB, when somebody searches. */
export async function loadSections(): Promise<ReadonlyMap<string, Section[]>> {
  const { sections } = await import('./sections.ts');
  return byName(sections);
}
