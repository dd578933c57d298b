import type { Generated, JSONColumnType } from 'kysely';
import type { Mapping, RunPolicy, TypeSettings, WorkflowGraph } from '@argus/contract';

type Time = Generated<Date>;
type Json<T extends object> = JSONColumnType<T, string | undefined>;

/** The tables as Kysely sees them. The queue's own statements are written by hand and name no types here. */
export interface Tables {
  settings: { key: string; value: JSONColumnType<object> };
  customers: {
    id: string;
    name: string;
    display_name: string;
    max_running: number | null;
    epoch: Generated<number>;
    retention_days: Generated<number | null>;
    audit_days: Generated<number | null>;
    created_at: Time;
  };
  saved_views: {
    id: string;
    customer_id: string;
    user_id: string;
    page: string;
    name: string;
    search: JSONColumnType<Record<string, string>>;
    shared: boolean;
    created_at: Time;
    updated_at: Time;
  };
  secrets: {
    id: string;
    customer_id: string;
    name: string;
    description: Generated<string>;
    value_cipher: Buffer;
    updated_by: string;
    value_at: Time;
    used_at: Date | null;
    created_at: Time;
  };
  pools: { id: string; customer_id: string; labels: string[] };
  users: {
    id: string;
    email: string;
    name: string;
    password_hash: string | null;
    instance_admin: Generated<boolean>;
    created_at: Time;
  };
  members: {
    id: string;
    customer_id: string;
    user_id: string;
    role: string;
    tags: Generated<string[]>;
    created_at: Time;
    disabled_at: Generated<Date | null>;
  };
  hosts: {
    id: string;
    customer_id: string;
    hostname: string;
    slots: Generated<number>;
    max_slots: number | null;
    disabled: Generated<boolean>;
    disabled_note: JSONColumnType<Paused | null, string | null, string | null>;
    draining: Generated<boolean>;
    own_labels: Generated<string[]>;
    labels: Generated<string[]>;
    pools: Generated<string[]>;
    machine: string | null;
    kind: Generated<'bot' | 'agent'>;
    info: JSONColumnType<object | null, string | null, string | null>;
    health: JSONColumnType<object | null, string | null | undefined, string | null>;
    health_at: Date | null;
    boot: string | null;
    last_seen_at: Date | null;
    created_at: Time;
  };
  agents: {
    id: string;
    customer_id: string;
    host_id: string | null;
    slots: number;
    secret_hash: Buffer;
    token_hash: Buffer;
    created_by: string;
    created_at: Time;
    last_used_at: Date | null;
  };
  tokens: {
    id: string;
    kind: 'session' | 'integration' | 'bot' | 'enrollment';
    hash: Buffer;
    customer_id: string;
    user_id: string | null;
    host_id: string | null;
    name: Generated<string>;
    role: string | null;
    tasks: string[] | null;
    created_by: string | null;
    created_at: Time;
    expires_at: Date | null;
    last_used_at: Date | null;
    /** Of a session: what signed in, and from where. */
    agent: Generated<string | null>;
    address: Generated<string | null>;
    last_used_address: Generated<string | null>;
  };
  one_time_links: {
    id: string;
    kind: 'invitation' | 'reset';
    hash: Buffer;
    customer_id: string;
    user_id: string;
    created_by: string;
    created_at: Time;
    expires_at: Date;
  };
  known_addresses: { user_id: string; address: string; last_at: Time };
  throttle: { key: Buffer; free_at: Date };
  blobs: { sha256: string; size: number; data: Buffer };
  scripts: {
    id: string;
    customer_id: string;
    filename: string;
    description: Generated<string>;
    version: number;
    sha256: string;
    size: number;
    created_at: Time;
    updated_at: Time;
  };
  script_versions: {
    script_id: string;
    version: number;
    filename: string;
    sha256: string;
    size: number;
    created_by: string | null;
    created_at: Time;
  };
  tasks: {
    id: string;
    customer_id: string;
    type: Generated<string>;
    name: string;
    description: Generated<string>;
    host_id: string | null;
    script_id: string | null;
    script_version: number | null;
    run_as: Generated<string>;
    task_arguments: Json<object[]>;
    env_cipher: Buffer | null;
    /** Those that it names, by name. */
    secrets: Generated<string[]>;
    /** What people confirm before they run it. */
    confirm: Generated<string>;
    tags: Generated<string[]>;
    acls: Generated<string[]>;
    triggers: Generated<string[]>;
    /** Event id → where the arguments come from. */
    trigger_arguments: Json<Record<string, Mapping>>;
    /** Whether anything is started by its events. */
    watched: Generated<boolean>;
    grace_time: Generated<number>;
    timeout: number | null;
    multitasking: Generated<boolean>;
    host_labels: Generated<string[]>;
    pool_id: string | null;
    max_running: number | null;
    policy: Json<RunPolicy>;
    /** What its type has beside. */
    settings: Json<Partial<TypeSettings>>;
    priority: Generated<number>;
    result_rule: Generated<string>;
    retention_days: Generated<number>;
    retention_jobs: Generated<number>;
    /** The script whose trials run as its jobs; no list shows such a task. */
    trial_of: Generated<string | null>;
    secret_hash: Buffer;
    secret_cipher: Buffer;
    paused: JSONColumnType<Paused | null, string | null, string | null>;
    version: Generated<number>;
    created_at: Time;
    updated_at: Time;
  };
  task_versions: {
    task_id: string;
    version: number;
    run_as: string;
    task_arguments: Json<object[]>;
    env_cipher: Buffer | null;
    timeout: number;
    result_rule: string;
    policy: Json<RunPolicy>;
    settings: Json<Partial<TypeSettings>>;
    created_by: string | null;
    created_at: Time;
  };
  workflows: {
    id: string;
    customer_id: string;
    name: string;
    description: Generated<string>;
    tags: Generated<string[]>;
    acls: Generated<string[]>;
    task_arguments: Json<object[]>;
    first_task_id: string | null;
    /** Those that its environments name, by name. */
    secrets: Generated<string[]>;
    triggers: Generated<string[]>;
    trigger_arguments: Json<Record<string, Mapping>>;
    grace_time: Generated<number>;
    multitasking: Generated<boolean>;
    retention_days: Generated<number>;
    secret_hash: Buffer;
    secret_cipher: Buffer;
    paused: JSONColumnType<Paused | null, string | null, string | null>;
    version: Generated<number>;
    created_at: Time;
    updated_at: Time;
  };
  workflow_versions: {
    workflow_id: string;
    version: number;
    graph: Json<WorkflowGraph>;
    env_cipher: Buffer | null;
    created_by: string;
    created_at: Time;
  };
  workflow_uses: { workflow_id: string; used_id: string };
  schedules: {
    id: string;
    customer_id: string;
    task_id: string | null;
    workflow_id: string | null;
    kind: string;
    name: Generated<string>;
    run_date: Date | null;
    repeat_every: string | null;
    timezone: Generated<string>;
    policy: Json<object>;
    given_cipher: Buffer | null;
    cause: JSONColumnType<object | null, string | null | undefined, string | null>;
    depth: Generated<number>;
    paused: JSONColumnType<object | null, string | null | undefined, string | null>;
    next_run_at: Date | null;
    last: JSONColumnType<object | null, string | null | undefined, string | null>;
    created_by: string;
    created_at: Time;
    updated_at: Time;
  };
  webhooks: {
    id: string;
    customer_id: string;
    name: string;
    description: Generated<string>;
    tags: Generated<string[]>;
    acls: Generated<string[]>;
    auth: string;
    tolerance: number;
    filter: JSONColumnType<object | null, string | null, string | null>;
    secret_hash: Buffer;
    secret_cipher: Buffer;
    paused: JSONColumnType<object | null, string | null, string | null>;
    created_at: Time;
    updated_at: Time;
  };
  events: { id: string; customer_id: string; emitter_type: string; emitter_id: string; name: string };
  audit: {
    id: string;
    customer_id: string | null;
    at: Time;
    actor: string;
    action: string;
    target_type: string | null;
    target_id: string | null;
    outcome: Generated<'done' | 'refused'>;
    address: string | null;
    details: JSONColumnType<Record<string, unknown>>;
  };
}

/** Who paused a task, when (ISO 8601) and why. */
export interface Paused {
  at: string;
  by: string;
  reason: string;
}
