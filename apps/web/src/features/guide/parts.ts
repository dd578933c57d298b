/** Something that is shown: a text, or an element with what is in it. */
export type Part = string | [tag: string, attributes: Record<string, string | number>, ...children: Part[]];

/** What a page is about. */
export interface Contents {
  title: string;
  /** In order; `id` is what stands behind `#` in the address. */
  headings: { id: string; text: string; level: number }[];
}

/** A page of the guide, made from its file when the page is built. */
export interface GuidePage extends Contents {
  body: Part[];
}

/** What is below a heading, for the search: without markup. */
export interface Section {
  /** Empty: above the first heading. */
  id: string;
  heading: string;
  text: string;
}
