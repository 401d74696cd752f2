import { Gauge } from 'prom-client';

import type { Database } from '#platform/database';
import { readLag } from '#platform/log/lag';
import type { LogLag } from '#platform/log/lag';
import { metrics } from '#platform/metrics';

const everyTenant = { tenantId: null, scope: { all: true } } as const;
/** One look at the log serves all gauges of a scrape. */
const shareMs = 1_000;

/** Gauges of the log's lag, looked up when they are scraped; registering again replaces the ones of an earlier server. */
export function registerLagMetrics(database: Database): void {
  let last: { readonly lag: Promise<LogLag>; readonly at: number } | undefined;
  const look = (): Promise<LogLag> => {
    if (!last || performance.now() - last.at > shareMs) {
      last = { lag: database.work(everyTenant, readLag), at: performance.now() };
    }
    return last.lag;
  };
  const gauge = (name: string, help: string, labelNames: string[], read: (lag: LogLag, gauge: Gauge) => void): void => {
    metrics.removeSingleMetric(name);
    const made = new Gauge({
      name,
      help,
      labelNames,
      registers: [],
      async collect() {
        // Without a database there is no lag to tell; the scrape of everything else must not fail with it.
        const lag = await look().catch(() => undefined);
        this.reset();
        if (lag) read(lag, this);
      },
    });
    metrics.registerMetric(made);
  };
  gauge('shuke_log_lag_seconds', 'Age of the oldest unread entry, by stage of the log.', ['stage'], (lag, own) => {
    own.labels('lanes').set(lag.lanes.ageMs / 1_000);
    own.labels('outbox').set(lag.outbox.ageMs / 1_000);
    for (const { name, ageMs } of lag.readers) own.labels(name).set(ageMs / 1_000);
  });
  gauge('shuke_log_lag_bytes', 'Compressed bytes of the lanes that the pipeline has not read.', [], (lag, own) => {
    own.set(lag.lanes.bytes);
  });
  gauge(
    'shuke_log_snapshot_age',
    'Transactions between the oldest running one and the newest; alert when it grows.',
    [],
    (lag, own) => {
      own.set(lag.snapshotAge);
    },
  );
}
