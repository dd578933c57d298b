import { mkdir, readFile, stat, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import type { Client } from '@argus/client';
import { Command } from 'commander';
import { columns } from '../columns.ts';
import { CliError, tokenClient } from '../instance.ts';
import { filesOf, matchesOne } from '../scripts/folder.ts';
import { planOf, type LocalFile } from '../scripts/plan.ts';

/** Scripts on the server, and keeping them in a folder or a Git repository. */
export function scriptCommand(): Command {
  const script = new Command('script').description('list scripts, and keep them in a folder or in Git');
  script
    .command('list')
    .description('list scripts: filename, version, how many tasks use them, who changed them')
    .action(async () => {
      const client = await tokenClient();
      const rows = (await client.listScripts()).map(({ filename, version, used_by, changed_by }) => [
        filename,
        `${version}`,
        `${used_by}`,
        changed_by ?? '',
      ]);
      process.stdout.write(columns([['SCRIPT', 'VERSION', 'TASKS', 'CHANGED BY'], ...rows]));
    });
  script
    .command('push <folder>')
    .description(
      'make the scripts those of a folder: new files are created, changed ones are new versions. In a Git checkout the files that Git keeps',
    )
    .option(
      '-m, --match <glob>',
      'only files that match, such as "*.sh"; may come several times',
      (glob: string, before: string[]) => [...before, glob],
      [],
    )
    .option('--check', 'change nothing, say what would be; ends with 1 where something would')
    .option('--delete', 'delete scripts of which the folder has no file; those that tasks use stay')
    .action(push);
  script
    .command('pull <folder>')
    .description('write the newest version of every script into a folder')
    .action(pull);
  return script;
}

interface PushOptions {
  match: string[];
  check?: boolean;
  delete?: boolean;
}

const say = (line: string) => process.stdout.write(`${line}\n`);

async function push(folder: string, { match, check = false, delete: deletes = false }: PushOptions) {
  await assertFolder(folder);
  const client = await tokenClient();
  const files = await filesOf(folder, match);
  if (files.length === 0)
    throw new CliError(`${folder} has no file to push${match.length > 0 ? ' that matches' : ''}.`);
  const plan = planOf(files, await client.listScripts());
  const { create, change, same, problems } = plan;
  // what no pattern is about is none of the folder's business
  const gone = plan.gone.filter(({ filename }) => matchesOne(filename, match));
  if (problems.length > 0) throw new CliError(`Nothing was pushed.\n${problems.join('\n')}`);
  const failed: string[] = [];
  /** Does it, or only says so; what fails keeps nothing else from being done. */
  const step = async (what: string, act: () => Promise<string>) => {
    try {
      say(check ? `would be ${what}` : `${what}${await act()}`);
    } catch (error) {
      failed.push(`${what}: ${(error as Error).message}`);
    }
  };
  for (const file of create)
    await step(`created: ${file.filename}`, async () => {
      await client.createScript({ body: await upload(folder, file) });
      return '';
    });
  for (const { file, script } of change)
    await step(`changed: ${file.filename}`, async () => {
      // what somebody saved since the comparison is not overwritten
      const body = await upload(folder, file, script.version);
      const { version } = await client.updateScript({ params: { id: script.id }, body });
      return `, version ${version}`;
    });
  if (deletes)
    for (const { id, filename } of gone)
      await step(`deleted: ${filename}`, async () => {
        await client.deleteScript({ params: { id } });
        return '';
      });
  else for (const { filename } of gone) say(`not in the folder, kept: ${filename}`);
  say(`unchanged: ${same.length}`);
  if (failed.length > 0) throw new CliError(failed.join('\n'));
  if (check && create.length + change.length + (deletes ? gone.length : 0) > 0) process.exitCode = 1;
}

async function upload(folder: string, { path, filename }: LocalFile, base?: number): Promise<FormData> {
  const form = new FormData();
  if (base !== undefined) form.set('base_version', `${base}`);
  form.set('file', new Blob([await readFile(join(folder, path))]), filename);
  return form;
}

async function pull(folder: string) {
  const client = await tokenClient();
  await mkdir(folder, { recursive: true });
  const scripts = await client.listScripts();
  const named = Map.groupBy(scripts, ({ filename }) => filename);
  const twice = [...named].flatMap(([filename, own]) => (own.length > 1 ? [filename] : []));
  if (twice.length > 0)
    throw new CliError(`Several scripts are called ${twice.join(', ')}: give them names of their own first.`);
  for (const { id, filename } of scripts) {
    await writeFile(join(folder, filename), await contentOf(client, id));
    say(filename);
  }
}

async function contentOf(client: Client, id: string): Promise<Uint8Array> {
  const answer = await client.downloadScript({ params: { id } });
  return new Uint8Array(await answer.arrayBuffer());
}

async function assertFolder(folder: string): Promise<void> {
  const found = await stat(folder).catch(() => undefined);
  if (found?.isDirectory() !== true) throw new CliError(`${folder} is no folder.`);
}
