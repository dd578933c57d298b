import { t } from '@lingui/core/macro';
import { Kbd, Modal, Stack, Switch, Table } from '@mantine/core';
import { Fragment, useState } from 'react';
import { TextLink } from '../../ui/link.tsx';
import { GO, setSingleKeys, singleKeysAreOn } from './shortcuts.ts';

const EVERYWHERE: readonly [keys: readonly string[], what: string][] = [
  // verbatim: the word on the key
  [['Ctrl', 'K'], t`Command palette: find or do anything`],
  [['?'], t`These shortcuts`],
  [['/'], t`To the search of the page`],
  [['c'], t`Make a new one, in a list of tasks, workflows, scripts or webhooks`],
  // verbatim: the word on the key
  [['Esc'], t`Close what is open`],
];

/** All keys of the page, and the switch that lets go of those that are pressed alone. */
export function ShortcutsDialog({ onClose }: { onClose: () => void }) {
  const [on, setOn] = useState(singleKeysAreOn);
  const go = Object.entries(GO).map(([key, { label }]): [string[], string] => [['g', key], label]);
  return (
    <Modal
      opened
      onClose={onClose}
      title={t`Keyboard shortcuts`}
      closeButtonProps={{ 'aria-label': t`Close` }}
    >
      <Stack>
        <Table aria-label={t`Keyboard shortcuts`}>
          <Table.Tbody>
            {[...EVERYWHERE, ...go].map(([keys, what]) => (
              <Table.Tr key={keys.join(' ')}>
                <Table.Th scope="row" fw={400}>
                  {what}
                </Table.Th>
                <Table.Td ta="right">
                  {keys.map((key, index) => (
                    <Fragment key={key}>
                      {index > 0 && ' '}
                      <Kbd>{key}</Kbd>
                    </Fragment>
                  ))}
                </Table.Td>
              </Table.Tr>
            ))}
          </Table.Tbody>
        </Table>
        <TextLink to="/guide" size="sm">
          {t`The guide explains everything else`}
        </TextLink>
        <Switch
          label={t`Keys without Ctrl`}
          description={t`Off, only Ctrl K works: for those who speak to the machine, or press keys by mistake.`}
          checked={on}
          onChange={({ currentTarget }) => {
            setSingleKeys(currentTarget.checked);
            setOn(currentTarget.checked);
          }}
        />
      </Stack>
    </Modal>
  );
}
