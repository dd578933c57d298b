// Ends with 0 if the server of this container answers, or its bot is there; else with 1 and the reason.
import { readFileSync } from 'node:fs';
import { get as getPlain } from 'node:http';
import { get as getSecure } from 'node:https';
import { join } from 'node:path';

const PATIENCE_MS = 4_000;
const data = process.env.ARGUS_DATA_DIR ?? '/data';

function read(path) {
  try {
    return JSON.parse(readFileSync(path, 'utf8'));
  } catch {
    return undefined;
  }
}

function end(code, why) {
  process.stdout.write(`${why}\n`);
  process.exit(code);
}

const server = read(join(data, 'supervisor.json'));
const bot = read(join(process.env.ARGUS_BOT_DIR ?? data, 'control/bot.json'));
if (server !== undefined) {
  const get = server.url.startsWith('https:') ? getSecure : getPlain;
  // its certificate is made for another name than the one that it is called by here
  get(`${server.url}/api/status`, { rejectUnauthorized: false, timeout: PATIENCE_MS }, ({ statusCode }) =>
    end(statusCode === 200 ? 0 : 1, `the server answers ${statusCode}`),
  )
    .on('timeout', () => end(1, 'the server does not answer in time'))
    .on('error', ({ message }) => end(1, `the server does not answer: ${message}`));
} else if (bot !== undefined) {
  try {
    process.kill(bot.pid, 0);
    end(0, 'the bot runs');
  } catch {
    end(1, 'the bot has ended');
  }
} else end(1, 'neither a server nor a bot has started yet');
