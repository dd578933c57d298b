import { readFile } from 'node:fs/promises';
import { join, resolve } from 'node:path';
import { createClient, type Client } from '@argus/client';

/** A call that cannot be carried out: the message is for the person who typed it. */
export class CliError extends Error {}

/** What a server leaves in its data directory while it runs. */
export interface Running {
  pid: number;
  url: string;
}

export function dataDir(): string {
  return resolve(process.env['ARGUS_DATA_DIR'] || './data');
}

async function secretOf(name: string): Promise<string | undefined> {
  try {
    return (await readFile(join(dataDir(), name), 'utf8')).trim();
  } catch {
    return undefined;
  }
}

/** The server that runs on this machine's data directory, if one does. */
export async function runningServer(): Promise<Running | undefined> {
  const text = await secretOf('supervisor.json');
  if (text === undefined) return undefined;
  const running = JSON.parse(text) as Running;
  try {
    process.kill(running.pid, 0);
    return running;
  } catch (error) {
    return (error as { code?: string }).code === 'EPERM' ? running : undefined;
  }
}

async function serverUrl(): Promise<string> {
  const url = process.env['ARGUS_URL'] || (await runningServer())?.url;
  if (url === undefined)
    throw new CliError(`No server runs on ${dataDir()}: start it, or set ARGUS_URL and ARGUS_TOKEN.`);
  return url;
}

/** A client as the token in ARGUS_TOKEN, or as the first integration token of the server on this machine. */
export async function tokenClient(): Promise<Client> {
  const token = process.env['ARGUS_TOKEN'] || (await secretOf('admin-token'));
  if (token === undefined) throw new CliError(`Set ARGUS_TOKEN: there is no token in ${dataDir()}.`);
  return createClient({ baseUrl: await serverUrl(), token });
}

/** A client as the first person of the server on this machine, who administers it. */
export async function administratorClient(): Promise<Client> {
  const baseUrl = await serverUrl();
  const password = process.env['ARGUS_ADMIN_PASSWORD'] || (await secretOf('admin-password'));
  if (password === undefined)
    throw new CliError(`Set ARGUS_ADMIN_PASSWORD: there is no password in ${dataDir()}.`);
  const email = process.env['ARGUS_ADMIN_EMAIL'] || 'admin@localhost';
  const { access_token: token } = await createClient({ baseUrl }).login({ body: { email, password } });
  return createClient({ baseUrl, token });
}
