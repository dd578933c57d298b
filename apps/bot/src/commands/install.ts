import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join, resolve } from 'node:path';
import { credentialFor } from '../enrollment.ts';
import { reasonOf } from '../log.ts';
import { platform, type Service } from '../platform/index.ts';
import { Problem } from '../problem.ts';
import { readSettings } from '../settings.ts';

/**
 * `install [--dry-run] [settings]`: makes the bot a service of this machine, and enrols it where it was not and a code
 * is given. Of the settings the directory and what enrolment needs count; the others belong into the service's
 * environment.
 */
export async function install(argv: readonly string[]): Promise<number> {
  const { service } = platform;
  const isDry = argv.includes('--dry-run');
  const words = argv.filter((word) => word !== '--dry-run');
  const settings = readSettings(words, { ARGUS_BOT_DIR: service.directory, ...process.env });
  const root = resolve(import.meta.dirname, '../../../..');
  const packaged = readFileSync(join(root, 'packaging', service.template), 'utf8');
  const file = serviceFile(service, packaged, { root, directory: settings.directory });
  if (isDry) {
    process.stdout.write(file);
    return 0;
  }
  mkdirSync(settings.directory, { recursive: true });
  await credentialFor(settings);
  try {
    mkdirSync(dirname(service.target), { recursive: true });
    writeFileSync(service.target, file, { mode: 0o644 });
  } catch (error) {
    throw new Problem(
      `${service.target} cannot be written (${reasonOf(error)}): run this as root, or with --dry-run`,
    );
  }
  process.stdout.write(`${service.target} is written. Start it:\n`);
  for (const command of service.activate) process.stdout.write(`  ${command}\n`);
  return 0;
}

/** A packaged service file for the places of this machine. */
export function serviceFile(
  service: Pick<Service, 'root' | 'directory' | 'escape'>,
  packaged: string,
  { root, directory }: { root: string; directory: string },
): string {
  const isUsual = directory === service.directory;
  return packaged
    .split('\n')
    .filter((line) => isUsual || !line.startsWith('StateDirectory'))
    .map((line) =>
      line
        .replace(service.root, () => service.escape(root))
        .replace(service.directory, () => service.escape(directory)),
    )
    .join('\n');
}
