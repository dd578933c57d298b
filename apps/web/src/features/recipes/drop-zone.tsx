import { useEffect, useRef, useState } from 'react';
import classes from './recipes.module.css';

/** Lets files be dropped anywhere on the page, and says so while some are held over it. */
export function DropZone({ label, onDrop }: { label: string; onDrop: (files: readonly File[]) => void }) {
  const [held, setHeld] = useState(false);
  const drop = useRef(onDrop);
  useEffect(() => {
    drop.current = onDrop;
  });
  useEffect(() => {
    const listening = new AbortController();
    const { signal } = listening;
    const hasFiles = (event: DragEvent) => event.dataTransfer?.types.includes('Files') === true;
    window.addEventListener(
      'dragover',
      (event) => {
        if (!hasFiles(event)) return;
        event.preventDefault();
        setHeld(true);
      },
      { signal },
    );
    window.addEventListener('dragleave', (event) => event.relatedTarget === null && setHeld(false), {
      signal,
    });
    window.addEventListener(
      'drop',
      (event) => {
        setHeld(false);
        // a field for files takes its own
        if (!hasFiles(event) || event.defaultPrevented) return;
        event.preventDefault();
        const files = [...(event.dataTransfer?.files ?? [])];
        if (files.length > 0) drop.current(files);
      },
      { signal },
    );
    return () => listening.abort();
  }, []);
  return held && <div className={classes.drop}>{label}</div>;
}
