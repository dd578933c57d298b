import { t } from '@lingui/core/macro';
import { Modal } from '@mantine/core';
import { useState } from 'react';
import { ImportForm, type ImportOutcome } from './import-form.tsx';
import { ImportOutcomes } from './import-outcomes.tsx';

/** Imports what was dropped on a page, and says what there is to say about it. */
export function ImportDialog({ files, onClose }: { files: readonly File[]; onClose: () => void }) {
  const [outcomes, setOutcomes] = useState<readonly ImportOutcome[]>();
  return (
    <Modal opened onClose={onClose} title={t`Import recipes`} size="xl">
      {outcomes ? (
        <ImportOutcomes outcomes={outcomes} onAgain={onClose} again={t`Close`} />
      ) : (
        <ImportForm files={files} onImported={setOutcomes} />
      )}
    </Modal>
  );
}
