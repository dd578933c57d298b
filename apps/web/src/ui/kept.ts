/** What a browser keeps under one name. */
export interface Kept<T> {
  /** Undefined where nothing is kept, or what is kept cannot be read. */
  read(): T | undefined;
  /** Where there is no room, or nothing may be kept, it lives as long as the page. */
  write(value: T): void;
  forget(): void;
}

/** As JSON: for the tab alone, or for the browser until it is forgotten. Never what may be secret. */
export function kept<T>(where: 'tab' | 'browser', name: string): Kept<T> {
  const key = `argus-${name}`;
  // reading the property throws where a browser forbids it
  const store = () => (where === 'tab' ? window.sessionStorage : window.localStorage);
  return {
    read() {
      try {
        return (JSON.parse(store().getItem(key) ?? 'null') as T | null) ?? undefined;
      } catch {
        return undefined;
      }
    },
    write(value) {
      try {
        store().setItem(key, JSON.stringify(value));
      } catch {
        // full, or forbidden
      }
    },
    forget() {
      try {
        store().removeItem(key);
      } catch {
        // nothing is kept where nothing may be
      }
    },
  };
}
