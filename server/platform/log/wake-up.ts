import pg from 'pg';

import { wakeChannel } from '#platform/log/lane';

/** Eager polling right after activity, calmer when nothing comes: an idle installation should cost almost nothing. */
const eagerMs = 15;
const calmMs = 100;
const eagerForMs = 500;

/** One pipeline leads and the others stand by; the position row keeps it right even when two believe to lead. */
const leaderLock = 7_301_004;

/** Waits for new events: a notification from a lane, or at most 15 ms (busy) to 100 ms (idle). */
export interface WakeUp {
  /** Whether this process is the one to run the pipeline. */
  lead(): Promise<boolean>;
  /** Says that there was something to do: polling is eager again. */
  active(): void;
  wait(): Promise<void>;
  close(): Promise<void>;
}

/** Listens on its own connection; when it is lost, polling alone goes on until the pipeline starts again. */
export function openWakeUp(workerUrl: string, signal: AbortSignal): WakeUp {
  let client: pg.Client | undefined;
  let ring: (() => void) | undefined;
  let lastActivity = -Infinity;

  const lose = (lost: pg.Client): void => {
    if (client !== lost) return;
    client = undefined;
    lost.end().catch(() => undefined);
  };
  const connect = async (): Promise<pg.Client> => {
    const fresh = new pg.Client({ connectionString: workerUrl, application_name: 'shuke-pipeline' });
    fresh.on('error', () => lose(fresh));
    fresh.on('end', () => lose(fresh));
    fresh.on('notification', () => {
      lastActivity = performance.now();
      ring?.();
    });
    await fresh.connect();
    await fresh.query(`listen ${wakeChannel}`);
    return fresh;
  };
  signal.addEventListener('abort', () => ring?.(), { once: true });

  return {
    async lead() {
      client ??= await connect();
      const { rows } = await client.query<{ mine: boolean }>(
        `select exists (select from pg_locks where locktype = 'advisory' and pid = pg_backend_pid() and objid = $1::bigint::oid)
                or pg_try_advisory_lock($1::bigint) as mine`,
        [leaderLock],
      );
      return rows[0]?.mine === true;
    },
    active() {
      lastActivity = performance.now();
    },
    async wait() {
      const delayMs = performance.now() - lastActivity < eagerForMs ? eagerMs : calmMs;
      if (signal.aborted) return;
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, delayMs);
        ring = () => {
          clearTimeout(timer);
          resolve();
        };
      });
      ring = undefined;
    },
    async close() {
      const last = client;
      client = undefined;
      await last?.end().catch(() => undefined);
    },
  };
}
