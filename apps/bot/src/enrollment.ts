import { text } from 'node:stream/consumers';
import { enroll, readCredential, type Credential } from './link/credential.ts';
import { Problem } from './problem.ts';
import type { Settings } from './settings.ts';

/**
 * The bot's credential; a code that is given is traded for a new one. A code works once: one that is still in the
 * environment at later starts is not tried again.
 * @throws Problem where there is neither
 */
export async function credentialFor(settings: Settings): Promise<Credential> {
  const { directory, url, hostname } = settings;
  const known = readCredential(directory);
  if (known && !settings.enroll) return known;
  if (!settings.enroll && settings.enrollCode === undefined) {
    throw new Problem(
      'this bot is not enrolled: make an enrolment code, then start it with --enroll and the code in ARGUS_ENROLL_CODE or on stdin',
    );
  }
  const address = url ?? known?.url;
  if (address === undefined) throw new Problem('to which supervisor? Set ARGUS_URL or --url');
  const code = settings.enrollCode ?? (await text(process.stdin)).trim();
  if (code === '')
    throw new Problem('no enrolment code was given: put it into ARGUS_ENROLL_CODE or on stdin');
  const credential = await enroll(directory, address, { code, hostname });
  process.stdout.write(`enrolled as ${credential.hostname} in ${credential.customer}\n`);
  return credential;
}
