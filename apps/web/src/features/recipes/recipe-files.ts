/** Recipes in one file, as a bulk export makes it. */
export function bundleOf(recipes: readonly unknown[]): string {
  return `${JSON.stringify({ format: 'argus/1', recipes }, undefined, 2)}\n`;
}

/** What somebody gave to be imported: a file, or pasted text. */
export interface Source {
  /** Of the file; empty for pasted text. */
  file: string;
  text: string;
}

/** A recipe, with what it is called as far as that can be seen. */
export interface FoundRecipe {
  name: string;
  body: unknown;
}

/** The recipes in files, in their order, those of bundles one by one; and the files that hold none. */
export function recipesIn(sources: readonly Source[]): { recipes: FoundRecipe[]; unread: string[] } {
  const recipes: FoundRecipe[] = [];
  const unread: string[] = [];
  for (const { file, text } of sources) {
    let content: unknown;
    try {
      content = JSON.parse(text);
    } catch {
      unread.push(file);
      continue;
    }
    for (const body of unbundled(content)) recipes.push({ name: nameOf(body) ?? file, body });
  }
  return { recipes, unread };
}

function unbundled(content: unknown): readonly unknown[] {
  if (Array.isArray(content)) return content;
  const { recipes } = partsOf(content);
  return Array.isArray(recipes) ? recipes : [content];
}

/** Ours keep the name within; others have it beside everything else. */
function nameOf(body: unknown): string | undefined {
  const { task, workflow, name } = partsOf(body);
  const found = partsOf(task)['name'] ?? partsOf(workflow)['name'] ?? name;
  return typeof found === 'string' && found.trim() !== '' ? found : undefined;
}

function partsOf(value: unknown): Record<string, unknown> {
  return typeof value === 'object' && value !== null ? { ...value } : {};
}
