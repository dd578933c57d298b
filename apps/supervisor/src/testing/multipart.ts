export interface FormPart {
  name: string;
  value?: string;
  filename?: string;
  type?: string;
  data?: Uint8Array | string;
}

/** A multipart body of these parts in this order, as a client sends it. */
export function multipart(parts: readonly FormPart[]): { body: Buffer; headers: Record<string, string> } {
  const boundary = 'the-boundary-of-a-test';
  const pieces = parts.flatMap(({ name, value, filename, type, data }) => [
    `--${boundary}\r\ncontent-disposition: form-data; name="${name}"`,
    ...(filename === undefined ? [] : [`; filename="${filename}"`]),
    ...(type === undefined ? [] : [`\r\ncontent-type: ${type}`]),
    '\r\n\r\n',
    value ?? data ?? '',
    '\r\n',
  ]);
  return {
    body: Buffer.concat([...pieces, `--${boundary}--\r\n`].map((piece) => Buffer.from(piece))),
    headers: { 'content-type': `multipart/form-data; boundary=${boundary}` },
  };
}
