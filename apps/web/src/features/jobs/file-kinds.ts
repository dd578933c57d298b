import type { Artifact } from '@argus/contract';

/** A picture is looked at as a whole: not larger than this, bytes. */
const PICTURE_BYTES = 8 * 1024 * 1024;
/** Of a text only its beginning is loaded. A larger file of no known kind is hardly one. */
const UNKNOWN_BYTES = 256 * 1024;

/** As what a file can be looked at, by the type that its name tells; undefined: it is for other programs. */
export function kindOf({
  type,
  size,
  name,
}: Pick<Artifact, 'type' | 'size' | 'name'>): 'image' | 'text' | undefined {
  if (size === 0) return undefined;
  if (/^image\/(gif|jpeg|png|svg\+xml|webp)$/.test(type)) return size <= PICTURE_BYTES ? 'image' : undefined;
  if (/^text\/|^application\/(json|xml|yaml)$/.test(type)) return 'text';
  return TEXTS.test(name) && size <= UNKNOWN_BYTES ? 'text' : undefined;
}

/** Ends of names of texts that have no type of their own; and names without an end. */
const TEXTS =
  /(^|\/)[^./]+$|\.(conf|cfg|diff|env|err|ini|ndjson|jsonl|out|patch|properties|py|js|ts|go|php|sh|sql|toml)$/i;

/** Where it is had. */
export function artifactAddress(customer: string, job: string, id: string): string {
  return `/${encodeURIComponent(customer)}/job/${job}/artifact/${id}`;
}
