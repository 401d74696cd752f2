import { totalmem } from 'node:os';

/** Shared buffers for a machine with this much memory: enough for one shop, small enough for the idle budget of all engines. */
export function defaultSharedBuffersMb(
  memoryBytes = Math.min(totalmem(), process.constrainedMemory() || Infinity),
): number {
  return Math.max(32, Math.min(160, Math.floor(memoryBytes / 1024 / 1024 / 16)));
}

export interface PostgresSettings {
  readonly fsync: boolean;
  readonly sharedBuffersMb: number;
  readonly archiving: boolean;
  /** The operator keeps settings of his own beside the data folder. */
  readonly localFile: boolean;
}

/** The server's configuration file, written at every start; operators add theirs in `postgresql.local.conf` beside the data folder. */
export function postgresConf({ fsync, sharedBuffersMb, archiving, localFile }: PostgresSettings): string {
  const durability = fsync
    ? ['fsync = on', 'synchronous_commit = on', 'full_page_writes = on', 'max_wal_size = 4GB']
    : ['fsync = off', 'synchronous_commit = off', 'full_page_writes = off', 'max_wal_size = 1GB'];
  const archive = archiving
    ? ['archive_mode = on', "archive_command = 'sh ../archive-wal.sh %p %f'", 'archive_timeout = 60s']
    : ['archive_mode = off'];
  return [
    '# Written by Shuke at every start. Put your own settings in ../postgresql.local.conf.',
    "listen_addresses = '127.0.0.1'",
    // Relative to the data folder: an absolute path of a deep folder can exceed the 107 bytes of a socket address.
    "unix_socket_directories = '.'",
    'unix_socket_permissions = 0700',
    'max_connections = 100',
    `shared_buffers = ${sharedBuffersMb}MB`,
    'work_mem = 8MB',
    'maintenance_work_mem = 64MB',
    'autovacuum_max_workers = 2',
    'max_worker_processes = 8',
    'max_parallel_workers_per_gather = 2',
    'dynamic_shared_memory_type = posix',
    ...durability,
    'min_wal_size = 128MB',
    'wal_level = replica',
    'wal_compression = pglz',
    'checkpoint_timeout = 10min',
    'checkpoint_completion_target = 0.9',
    ...archive,
    'random_page_cost = 1.1',
    'effective_io_concurrency = 16',
    'jit = off',
    'update_process_title = off',
    'track_commit_timestamp = off',
    'track_io_timing = on',
    "timezone = 'UTC'",
    "log_timezone = 'UTC'",
    "lc_messages = 'C'",
    'password_encryption = scram-sha-256',
    // Values of customers must not reach the log, and the very sentence of an error may quote one; the client that caused
    // it is told, and logs what is fit to be logged. Statements, parameters and details stay out of the rest as well.
    'log_min_messages = log',
    'log_min_error_statement = panic',
    'log_error_verbosity = terse',
    'log_parameter_max_length_on_error = 0',
    'log_autovacuum_min_duration = -1',
    'log_checkpoints = off',
    'logging_collector = on',
    "log_directory = 'log'",
    "log_filename = 'postgres-%a.log'",
    'log_truncate_on_rotation = on',
    'log_rotation_age = 1d',
    'log_rotation_size = 0',
    ...(localFile ? ["include '../postgresql.local.conf'"] : []),
    '',
  ].join('\n');
}

/** Who may connect: only with a password, only from this machine. */
export const postgresHba = [
  '# Written by Shuke at every start.',
  'local all all scram-sha-256',
  'host all all 127.0.0.1/32 scram-sha-256',
  '',
].join('\n');
