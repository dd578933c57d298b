import { darwin } from './darwin.ts';
import { linux } from './linux.ts';
import { windows } from './windows.ts';

/** A user of the machine. */
export interface Account {
  name: string;
  uid: number;
  gid: number;
  /** Supplementary groups, among them `gid`. */
  groups: number[];
  home: string;
  shell: string;
}

/** Where a service of the bot keeps its files, and how it is installed. */
export interface Service {
  /** Below `packaging/`: the file that describes the service. */
  template: string;
  /** Where that file expects this repository. */
  root: string;
  /** Where the system looks for it. */
  target: string;
  /** Where it expects the bot's directory. */
  directory: string;
  /** Commands that start it now and with the machine. */
  activate: readonly string[];
  /** How a path stands inside the file. @throws Problem where it cannot */
  escape(path: string): string;
}

/**
 * What differs between the systems a bot runs on, in one place. Everything here is called seldom: what happens with
 * each run is in `run/`.
 */
export interface Platform {
  name: 'linux' | 'darwin' | 'windows';
  /** Names this run of the machine; undefined where it has no name. */
  bootId(): string | undefined;
  /** Files that a command name may stand for in a folder, in the order in which the system tries them. */
  executableNames(command: string, env: NodeJS.ProcessEnv): string[];
  /** One line for people to copy: what the system's shell splits into exactly these words. */
  commandLine(words: readonly string[]): string;
  /** Ends a process with all of its children: by a command, or by signals to its group (null). */
  killTree(pid: number): readonly string[] | null;
  /** The longest path of a socket, bytes: all systems take 100. Infinite where sockets have names instead of paths. */
  socketPathMax: number;
  /** Bytes of memory that programs could still have. */
  availableMemory(): number;
  /** Whether it counts how many processes want a processor, as the load average. */
  hasLoad: boolean;
  account(name: string): Account | undefined;
  /** The command that makes a user without a login; undefined where a bot cannot change users. */
  makeAccount(name: string): readonly string[] | undefined;
  service: Service;
}

export function platformOf(name: NodeJS.Platform): Platform {
  if (name === 'win32') return windows;
  return name === 'darwin' ? darwin : linux;
}

/** Of this machine. */
export const platform = platformOf(process.platform);
