import { Button, FileButton } from '@mantine/core';
import { UpIcon } from '../../ui/icons.tsx';

interface UploadButtonProps {
  label: string;
  pending: boolean;
  /** Sends it; an error of it is shown by who owns the request. */
  onFile: (file: File) => Promise<unknown>;
}

/** Takes a file from the machine of the person, its bytes as they are. */
export function UploadButton({ label, pending, onFile }: UploadButtonProps) {
  return (
    <FileButton onChange={(file) => file && void onFile(file).catch(() => undefined)}>
      {(props) => (
        <Button {...props} variant="default" leftSection={<UpIcon />} loading={pending}>
          {label}
        </Button>
      )}
    </FileButton>
  );
}
