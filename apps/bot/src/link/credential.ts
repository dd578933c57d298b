import { readFileSync, renameSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import type { EnrollRequest, EnrollResponse } from '@argus/contract';
import { diskProblem, isOfDisk } from '../disk.ts';
import { reasonOf } from '../log.ts';
import { Problem } from '../problem.ts';
import { Http, Refused } from './http.ts';

/** Who this bot is for its supervisor. */
export type Credential = EnrollResponse & { url: string };

const ENROLL_TIMEOUT_MS = 30_000;
/** Room for the file and what the file system adds. */
const CREDENTIAL_BYTES = 64 * 1024;

export function credentialFile(directory: string): string {
  return join(directory, 'credential');
}

/** Undefined where the bot is not enrolled. @throws Problem where it cannot be read */
export function readCredential(directory: string): Credential | undefined {
  try {
    return JSON.parse(readFileSync(credentialFile(directory), 'utf8')) as Credential;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return undefined;
    const next = isOfDisk(error)
      ? 'start the bot as the user that enrolled it'
      : 'enrol this bot again with --enroll';
    throw new Problem(`${credentialFile(directory)} cannot be read (${reasonOf(error)}): ${next}`);
  }
}

/** Trades a code for a credential and keeps it, readable only by the user of the bot. @throws Problem */
export async function enroll(directory: string, url: string, request: EnrollRequest): Promise<Credential> {
  // before the code is spent
  const trouble = diskProblem(directory, CREDENTIAL_BYTES);
  if (trouble !== undefined) throw new Problem(`this bot could not be enrolled: ${trouble}`);
  const http = new Http(url);
  try {
    const answer = await http.json<EnrollResponse>({
      method: 'POST',
      path: '/bot/enroll',
      body: request,
      timeoutMs: ENROLL_TIMEOUT_MS,
    });
    const credential: Credential = { ...answer, url };
    const file = credentialFile(directory);
    writeFileSync(`${file}.new`, `${JSON.stringify(credential)}\n`, { mode: 0o600, flush: true });
    renameSync(`${file}.new`, file);
    return credential;
  } catch (error) {
    const next =
      error instanceof Refused && error.status < 500
        ? 'make a new enrolment code, each works once'
        : `is the supervisor running at ${url}?`;
    throw new Problem(`this bot could not be enrolled (${reasonOf(error)}): ${next}`);
  } finally {
    http.close();
  }
}
