import { execFileSync } from 'node:child_process';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** A self-signed certificate and its key, for so many days from now; with -1 it has expired. */
export function certificate(names: string[], days = 30): { key: string; cert: string } {
  const directory = mkdtempSync(join(tmpdir(), 'certificate-'));
  const [key, request, extensions] = ['key', 'request', 'extensions'].map((name) => join(directory, name));
  const openssl = (...words: string[]) =>
    execFileSync('openssl', words, { encoding: 'utf8', stdio: ['ignore', 'pipe', 'ignore'] });
  try {
    const ec = ['-newkey', 'ec', '-pkeyopt', 'ec_paramgen_curve:prime256v1'];
    openssl('req', '-new', ...ec, '-nodes', '-subj', '/CN=test', '-keyout', key!, '-out', request!);
    const alternatives = names.map((name) => `${/^[\d.:]+$/.test(name) ? 'IP' : 'DNS'}:${name}`);
    writeFileSync(extensions!, `subjectAltName=${alternatives.join(',')}\n`);
    const signed = [
      '-req',
      '-in',
      request!,
      '-signkey',
      key!,
      '-extfile',
      extensions!,
      '-days',
      String(days),
    ];
    return { key: readFileSync(key!, 'utf8'), cert: openssl('x509', ...signed) };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
