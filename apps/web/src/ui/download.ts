/** How long a file is held for the browser, which takes it when it begins to save, milliseconds. */
const HELD_MS = 10_000;

/** Saves a text as a file of this name. It is never opened as a page: a browser saves such bytes. */
export function download(name: string, text: string): void {
  const url = URL.createObjectURL(new Blob([text], { type: 'application/octet-stream' }));
  const link = document.createElement('a');
  link.href = url;
  link.download = name;
  link.click();
  setTimeout(() => URL.revokeObjectURL(url), HELD_MS);
}
