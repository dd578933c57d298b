import { useForm, type UseFormInput, type UseFormReturnType } from '@mantine/form';
import { useEffect, useState, type ReactNode } from 'react';
import { DraftNotice } from './draft-notice.tsx';
import { useDraft, useKeepDraft } from './use-draft.ts';
import { useUnsaved } from './use-unsaved.ts';

interface DraftForm<T> {
  form: UseFormReturnType<T>;
  /** Says that a draft is back, where one is. */
  notice: ReactNode;
  /** It is saved: nothing is asked when the page is left, and nothing is kept. */
  setSaved: () => void;
}

interface DraftOptions<T extends object> extends UseFormInput<T> {
  /** What it is a form of, with the id of what is changed. */
  name: string;
  initialValues: T;
  /** Fields that may hold a secret: they are never kept. */
  secret?: readonly (keyof T)[];
  /** Said of a draft that is back, where such a field was left out. */
  left?: string;
}

/** A form whose changes outlive a reload of the page, and are asked for before the page is left. */
export function useDraftForm<T extends object>({
  name,
  secret = [],
  left,
  ...options
}: DraftOptions<T>): DraftForm<T> {
  const [start] = useState(options.initialValues);
  const draft = useDraft<Partial<T>>(name, options.initialValues);
  const form = useForm<T>({ ...options, initialValues: { ...start, ...draft.found } });
  const { resetDirty } = form;
  useEffect(() => resetDirty(start), [resetDirty, start]);
  const isDirty = form.isDirty();
  const changes = () =>
    Object.fromEntries(
      Object.entries(form.values).filter(([field]) => !secret.includes(field as keyof T)),
    ) as Partial<T>;
  useKeepDraft(draft, isDirty ? changes() : undefined);
  useUnsaved(() => form.isDirty(), draft.forget);
  const discard = () => {
    draft.forget();
    draft.accept();
    form.setValues(start);
    form.resetDirty(start);
    form.clearErrors();
  };
  return {
    form,
    notice: draft.isTold && <DraftNotice left={left} onClose={draft.accept} onDiscard={discard} />,
    setSaved: () => {
      form.resetDirty();
      draft.forget();
      draft.accept();
    },
  };
}
