import { readCredential, type Credential } from '../link/credential.ts';
import { readSettings } from '../settings.ts';
import { fail, isHealthy, report, type Finding } from './check.ts';
import { checkLink } from './link.ts';
import { checkMachine } from './machine.ts';

/** `doctor [--json] [settings]`: looks at what a bot needs and says what to do. The exit code: 0 where nothing fails. */
export async function doctor(argv: readonly string[]): Promise<number> {
  const isJson = argv.includes('--json');
  const settings = readSettings(
    argv.filter((word) => word !== '--json'),
    process.env,
  );
  const credential = credentialIn(settings.directory);
  const url = settings.url ?? credential?.url;
  const findings: Finding[] = [
    ...(url === undefined
      ? [fail('supervisor', 'which one is not known', 'set ARGUS_URL, or --url')]
      : await checkLink(url, credential?.credential, process.env)),
    ...(await checkMachine(settings, process.env)),
  ];
  process.stdout.write(isJson ? `${JSON.stringify(findings, null, 2)}\n` : report(findings));
  return isHealthy(findings) ? 0 : 1;
}

/** What is wrong with the file is found by the checks of the machine. */
function credentialIn(directory: string): Credential | undefined {
  try {
    return readCredential(directory);
  } catch {
    return undefined;
  }
}
