import { Logger as QueueLogger, parseCronItems, run, runMigrations } from 'graphile-worker';
import type { Runner } from 'graphile-worker';
import pg from 'pg';

import type { Tx } from '#platform/database';
import type { JobContext, JobDefinition } from '#platform/jobs';

/**
 * The queue's own tables belong to the owner role; enqueueing goes through one definer function so that the web role can add
 * jobs in its business transaction and do nothing else with the queue.
 */
const access = `
  grant usage on schema graphile_worker to shuke_worker;
  grant select, insert, update, delete on all tables in schema graphile_worker to shuke_worker;
  grant usage, select on all sequences in schema graphile_worker to shuke_worker;
  grant execute on all functions in schema graphile_worker to shuke_worker;
  do $$ declare t record; begin
    for t in select c.oid::regclass as name from pg_class c join pg_namespace n on n.oid = c.relnamespace
              where n.nspname = 'graphile_worker' and c.relkind = 'r' and c.relrowsecurity loop
      execute format('drop policy if exists runner on %s', t.name);
      execute format('create policy runner on %s to shuke_worker using (true) with check (true)', t.name);
    end loop;
  end $$;
  create or replace function platform.enqueue(name text, payload json, run_at timestamptz, job_key text, max_attempts int)
  returns bigint language sql security definer set search_path = pg_catalog as
  $$ select (graphile_worker.add_job(name, payload, run_at => run_at, job_key => job_key, max_attempts => max_attempts)).id $$;
  revoke all on function platform.enqueue from public;
  grant execute on function platform.enqueue to shuke_web, shuke_worker;
`;

/** Creates or upgrades the job queue's tables; part of every migration run, under the owner role. */
export async function installJobQueue(ownerUrl: string): Promise<void> {
  await runMigrations({ connectionString: ownerUrl });
  const client = new pg.Client({ connectionString: ownerUrl });
  await client.connect();
  try {
    await client.query('begin');
    // Two starting processes would otherwise alter the same policies at once.
    await client.query(`select pg_advisory_xact_lock(7301002)`);
    await client.query(access);
    await client.query('commit');
  } finally {
    await client.end();
  }
}

/**
 * Adds a job in the caller's transaction: it exists if and only if the change commits. With a `key`, a waiting job of the same
 * key is replaced instead of doubled.
 */
export async function enqueue(
  ctx: { readonly tx: Tx },
  name: string,
  payload: Readonly<Record<string, unknown>>,
  { runAt, key, maxAttempts = 12 }: { runAt?: Date; key?: string; maxAttempts?: number } = {},
): Promise<void> {
  await ctx.tx.query(`select platform.enqueue($1, $2, $3, $4, $5)`, [
    name,
    JSON.stringify(payload),
    runAt ?? null,
    key ?? null,
    maxAttempts,
  ]);
}

/** Runs jobs and cron schedules until stopped; a job that fails is retried with growing delay, then kept as failed. */
export async function runJobs(
  workerUrl: string,
  definitions: readonly JobDefinition[],
  context: Omit<JobContext, 'signal'>,
  concurrency = 4,
): Promise<{ stop(): Promise<void>; finished: Promise<void> }> {
  const stopping = new AbortController();
  const taskList = Object.fromEntries(
    definitions.map((definition) => [
      definition.name,
      async (payload: unknown) => {
        await definition.handle({ ...context, signal: stopping.signal }, payload);
      },
    ]),
  );
  const runner: Runner = await run({
    connectionString: workerUrl,
    concurrency,
    noHandleSignals: true,
    logger: new QueueLogger(({ jobId, taskIdentifier }) => (level, message) => {
      // Its info is one line for each job done; only what goes wrong is for the operator.
      const say = level === 'error' ? 'error' : level === 'warning' ? 'warn' : 'debug';
      context.logger[say]({ jobId, job: taskIdentifier }, message);
    }),
    pollInterval: 1_000,
    taskList,
    parsedCronItems: parseCronItems(
      definitions.flatMap(({ name, cron }) =>
        cron === undefined ? [] : [{ task: name, match: cron, identifier: name, options: { backfillPeriod: 0 } }],
      ),
    ),
  });
  return {
    finished: runner.promise,
    async stop() {
      stopping.abort();
      await runner.stop();
    },
  };
}
