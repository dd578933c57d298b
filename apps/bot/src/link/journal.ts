import { join } from 'node:path';
import { DatabaseSync, type SQLInputValue, type StatementSync } from 'node:sqlite';
import type { RunInstruction, Stream } from '@argus/contract';
import type { MachineBoot } from '../clock.ts';
import { isOfDisk } from '../disk.ts';
import { reasonOf } from '../log.ts';
import { Problem } from '../problem.ts';
import { placeFromText, placeToText, type SourcePlace } from './log-source.ts';

/**
 * What the bot must know after it was killed, in one SQLite file (WAL).
 *
 * Writes of some milliseconds share a transaction, unless somebody waits for them. A commit survives the death of the
 * process. That of the machine it need not: what was handed out before a restart of the machine is not handed out again
 * (docs/decisions/0004). Where that has no name, the step before a script starts is synced to disk.
 */
export const PHASES = ['accepted', 'starting', 'running', 'ended'] as const;
export type Phase = (typeof PHASES)[number];

export interface AttemptRow {
  key: string;
  instruction: RunInstruction;
  phase: Phase;
  /** Id of the shim's slot, once one was chosen. */
  shim: string | null;
  pid: number | null;
  /** See `Running.ticks`. */
  ticks: number | null;
  startedNs: number | null;
  /** Up to where the supervisor has the log. */
  acked: Position;
  /** From where the log is made again, where it is not the output itself. */
  source: SourcePlace | null;
  /** The finished event without its reference and age, once the end is known. */
  finished: string | null;
  endedNs: number | null;
  /** The supervisor does not want it any more: only its processes are still to be stopped. */
  dropped: boolean;
  /** Whether this row was written since the machine started: else its times mean nothing. */
  sameBoot: boolean;
}

/** A place in a log: chunks, bytes and line breaks before it. */
export interface Position {
  seq: number;
  offset: number;
  line: number;
}

/** A chunk whose borders are decided: it is cut in the same way again after a restart. */
export interface ChunkRow {
  seq: number;
  stream: Stream;
  offset: number;
  line: number;
  bytes: number;
  lines: number;
  encoding: 'identity' | 'zstd';
  /** Arrival by the monotonic clock. */
  atNs: number;
  /** Whether its bytes are here too. */
  spooled: boolean;
}

const SCHEMA = `
  create table if not exists attempt (
    key text primary key, instruction text not null, phase text not null, shim text, pid integer, ticks integer,
    started_ns integer, acked_seq integer not null default 0, acked_offset integer not null default 0,
    acked_line integer not null default 0, finished text, ended_ns integer, dropped integer not null default 0,
    machine_boot text not null) strict;
  create table if not exists chunk (
    key text not null, seq integer not null, stream text not null, offset integer not null, line integer not null,
    bytes integer not null, lines integer not null, encoding text not null, at_ns integer not null, data blob,
    primary key (key, seq)) strict;`;

/** Columns that a journal of an earlier version does not have. */
const LATER_COLUMNS = { source: 'text' };

/** A short run writes six times; gathered they are two or three commits, of 0.4 ms each. */
const GATHER_MS = 5;

/** How long after a write that the disk refused it is tried again. */
const TRY_AGAIN_MS = 1_000;

/**
 * A write-ahead log that has its size already is synced without its metadata: p50 1.9 instead of 2.4 ms. 500 pages are
 * those 2 MB; a small page cache is enough for rows that are written once.
 */
const TUNING = 'pragma cache_size = -512; pragma wal_autocheckpoint = 500; pragma synchronous = normal;';
const MAKE_ROOM = `
  begin; create table room (data blob); insert into room values (zeroblob(2000000)); drop table room; commit;
  pragma wal_checkpoint(restart);`;

interface Write {
  statement: StatementSync;
  values: SQLInputValue[];
}

export class Journal {
  #database: DatabaseSync;
  #boot: MachineBoot;
  #statements = new Map<string, StatementSync>();
  #waiting: Write[] = [];
  #isHurried = false;
  #commit: PromiseWithResolvers<void> | undefined;
  #timer: NodeJS.Timeout | undefined;
  #isFull = true;
  #hasFailed = false;
  #failure = Promise.withResolvers<never>();
  #trouble: string | undefined;
  /** Called with a sentence when the disk refuses what is written, and with undefined when it takes it again. */
  onTrouble: (sentence: string | undefined) => void = () => {};

  /** Opens or makes the journal and keeps others out. @throws Problem where another bot holds it */
  constructor(directory: string, machineBoot: MachineBoot) {
    const file = join(directory, 'journal.db');
    this.#database = new DatabaseSync(file);
    this.#boot = machineBoot;
    this.#failure.promise.catch(() => {}); // whoever waits for it hears of it
    try {
      this.#database.exec('pragma locking_mode = exclusive; pragma journal_mode = wal; begin immediate;');
      this.#database.exec(SCHEMA);
      this.#addColumns();
      this.#database.exec(`commit; ${TUNING}`);
      this.#makeRoom();
      this.#database.exec('pragma synchronous = full;');
    } catch (error) {
      this.#database.close();
      if (/locked|busy/.test((error as Error).message)) {
        throw new Problem(
          `another bot already runs on ${directory}: stop it, or give this one its own directory (ARGUS_BOT_DIR)`,
        );
      }
      const next = isOfDisk(error)
        ? `make room on its disk and let the bot write to ${directory}, then start it again; scripts go on meanwhile`
        : 'it is damaged: move it away, then start the bot again';
      throw new Problem(`${file} cannot be used (${reasonOf(error)}): ${next}`);
    }
  }

  /** What the last write that failed says, until one succeeds. Nothing is lost meanwhile: it is tried again. */
  get trouble(): string | undefined {
    return this.#trouble;
  }

  /** A full disk is no reason not to start: what is there can be read, and told to the supervisor. */
  #makeRoom(): void {
    try {
      this.#database.exec(MAKE_ROOM);
    } catch (error) {
      if (!isOfDisk(error)) throw error;
      if (this.#database.isTransaction) this.#database.exec('rollback');
    }
  }

  /**
   * Rejects when something cannot be written for another reason than its disk. The process must then end: what it does
   * next would not be known.
   */
  get failure(): Promise<never> {
    return this.#failure.promise;
  }

  accept(key: string, instruction: RunInstruction): Promise<void> {
    const sql =
      'insert into attempt (key, instruction, phase, machine_boot) values (?, ?, ?, ?) on conflict (key) do nothing';
    return this.#write(sql, [key, JSON.stringify(instruction), 'accepted', this.#boot.id], false);
  }

  /** Whether `starting` outlives a crash of the machine as well. */
  get isSynced(): boolean {
    return !this.#boot.isExact;
  }

  /** When this is resolved, no crash makes the bot start the attempt again. */
  starting(key: string, shim: string): Promise<void> {
    return this.#write('update attempt set phase = ?, shim = ? where key = ?', ['starting', shim, key], true);
  }

  running(key: string, pid: number, ticks: number, startedNs: number): Promise<void> {
    const sql = 'update attempt set phase = ?, pid = ?, ticks = ?, started_ns = ? where key = ?';
    return this.#write(sql, ['running', pid, ticks, startedNs, key], false);
  }

  ended(key: string, finished: string, endedNs: number): Promise<void> {
    return this.#write(
      'update attempt set phase = ?, finished = ?, ended_ns = ? where key = ?',
      ['ended', finished, endedNs, key],
      false,
    );
  }

  drop(key: string): Promise<void> {
    return this.#write('update attempt set dropped = 1 where key = ?', [key], false);
  }

  forget(key: string): Promise<void> {
    void this.#write('delete from chunk where key = ?', [key], false);
    return this.#write('delete from attempt where key = ?', [key], false);
  }

  /** Keeps a chunk's borders, and its bytes where `data` is given. */
  cut(key: string, chunk: ChunkRow, data: Buffer | null): Promise<void> {
    const { seq, stream, offset, line, bytes, lines, encoding, atNs } = chunk;
    const sql = `insert into chunk (key, seq, stream, offset, line, bytes, lines, encoding, at_ns, data) values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
                 on conflict (key, seq) do update set data = coalesce(excluded.data, data)`;
    return this.#write(sql, [key, seq, stream, offset, line, bytes, lines, encoding, atNs, data], false);
  }

  /** The supervisor has everything before this position. */
  acknowledged(key: string, { seq, offset, line }: Position): Promise<void> {
    void this.#write('delete from chunk where key = ? and seq <= ?', [key, seq], false);
    return this.#write(
      'update attempt set acked_seq = ?, acked_offset = ?, acked_line = ? where key = ?',
      [seq, offset, line, key],
      false,
    );
  }

  /** From where the log is made again after a restart. The shim keeps the output from there on. */
  source(key: string, place: SourcePlace): Promise<void> {
    return this.#write('update attempt set source = ? where key = ?', [placeToText(place), key], false);
  }

  /** The bytes of a spooled chunk. */
  data(key: string, seq: number): Buffer {
    this.flush();
    const row = this.#prepared('select data from chunk where key = ? and seq = ?').get(key, seq);
    if (!(row?.data instanceof Uint8Array)) {
      // what the disk refuses is still here
      const waiting = this.#waiting.findLast(({ values }) => values[0] === key && values[1] === seq)
        ?.values[9];
      if (waiting instanceof Uint8Array) return Buffer.from(waiting);
    }
    if (!(row?.data instanceof Uint8Array)) throw new Error(`chunk ${seq} of ${key} is not in the spool`);
    return Buffer.from(row.data);
  }

  /** Bytes in the spool. */
  spooledBytes(): number {
    return Number(this.#prepared('select coalesce(sum(length(data)), 0) as bytes from chunk').get()?.bytes);
  }

  /** All attempts, oldest first. */
  attempts(): AttemptRow[] {
    return this.#prepared('select * from attempt order by rowid')
      .all()
      .map((row) => ({
        key: String(row.key),
        instruction: JSON.parse(String(row.instruction)) as RunInstruction,
        phase: row.phase as Phase,
        shim: row.shim as string | null,
        pid: row.pid as number | null,
        ticks: row.ticks as number | null,
        startedNs: row.started_ns as number | null,
        acked: { seq: Number(row.acked_seq), offset: Number(row.acked_offset), line: Number(row.acked_line) },
        source: typeof row.source === 'string' ? placeFromText(row.source) : null,
        finished: row.finished as string | null,
        endedNs: row.ended_ns as number | null,
        dropped: row.dropped === 1,
        sameBoot: row.machine_boot === this.#boot.id,
      }));
  }

  chunks(key: string): ChunkRow[] {
    const sql =
      'select seq, stream, offset, line, bytes, lines, encoding, at_ns, data is not null as spooled from chunk where key = ? order by seq';
    return this.#prepared(sql)
      .all(key)
      .map((row) => ({
        seq: Number(row.seq),
        stream: row.stream as Stream,
        offset: Number(row.offset),
        line: Number(row.line),
        bytes: Number(row.bytes),
        lines: Number(row.lines),
        encoding: row.encoding as ChunkRow['encoding'],
        atNs: Number(row.at_ns),
        spooled: row.spooled === 1,
      }));
  }

  /** Resolves when all that was written so far is committed. */
  async committed(): Promise<void> {
    this.flush();
    await this.#commit?.promise;
  }

  /** Calls back when all that was written so far is committed. */
  afterCommit(callback: () => void): void {
    if (this.#commit) void this.#commit.promise.then(callback);
    else callback();
  }

  /**
   * Commits what waits. What the disk refuses goes on waiting, with whoever waits for it, and is tried again; other
   * failures are told by `failure` alone.
   */
  flush(): void {
    const commit = this.#commit;
    if (!commit || this.#hasFailed) return;
    clearTimeout(this.#timer);
    const writes = this.#waiting;
    const sync = this.#isHurried && this.isSynced;
    try {
      if (sync !== this.#isFull) this.#database.exec(`pragma synchronous = ${sync ? 'full' : 'normal'}`);
      this.#isFull = sync;
      this.#database.exec('begin');
      for (const { statement, values } of writes) statement.run(...values);
      this.#database.exec('commit');
    } catch (error) {
      if (isOfDisk(error)) return this.#tryAgain(error);
      this.#hasFailed = true;
      const next = 'start the bot again; scripts go on meanwhile';
      this.#failure.reject(new Problem(`the journal cannot be written (${reasonOf(error)}): ${next}`));
      return;
    }
    this.#waiting = [];
    this.#isHurried = false;
    this.#commit = undefined;
    commit.resolve();
    this.#tell(undefined);
  }

  #tryAgain(error: unknown): void {
    if (this.#database.isTransaction) this.#database.exec('rollback');
    this.#timer = setTimeout(() => this.flush(), TRY_AGAIN_MS);
    this.#tell(`its journal cannot be written (${reasonOf(error)}): make room on its disk`);
  }

  #tell(trouble: string | undefined): void {
    if (trouble === this.#trouble) return;
    this.#trouble = trouble;
    this.onTrouble(trouble);
  }

  close(): void {
    this.flush();
    clearTimeout(this.#timer);
    this.#database.close();
  }

  #addColumns(): void {
    const known = new Set(
      this.#database
        .prepare('pragma table_info(attempt)')
        .all()
        .map(({ name }) => name),
    );
    for (const [name, type] of Object.entries(LATER_COLUMNS))
      if (!known.has(name)) this.#database.exec(`alter table attempt add column ${name} ${type}`);
  }

  #write(sql: string, values: SQLInputValue[], isHurried: boolean): Promise<void> {
    if (!this.#commit) {
      this.#commit = Promise.withResolvers<void>();
      this.#timer = setTimeout(() => this.flush(), GATHER_MS);
    }
    this.#waiting.push({ statement: this.#prepared(sql), values });
    // what a start waits for goes with the writes of this turn
    if (isHurried && !this.#isHurried) setImmediate(() => this.flush());
    this.#isHurried ||= isHurried;
    return this.#commit.promise;
  }

  #prepared(sql: string): StatementSync {
    let statement = this.#statements.get(sql);
    if (!statement) this.#statements.set(sql, (statement = this.#database.prepare(sql)));
    return statement;
  }
}
