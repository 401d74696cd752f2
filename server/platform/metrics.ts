import { Counter, Gauge, Histogram, Registry, collectDefaultMetrics } from 'prom-client';

/** The metrics of this process, in Prometheus text form at `/metrics`. */
export const metrics = new Registry();
collectDefaultMetrics({ register: metrics });

export const requestDuration = new Histogram({
  name: 'shuke_http_request_duration_seconds',
  help: 'Time to answer a request, by route and status.',
  labelNames: ['method', 'route', 'status'] as const,
  buckets: [0.002, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5],
  registers: [metrics],
});
export const eventsAccepted = new Counter({
  name: 'shuke_events_accepted_total',
  help: 'Events durably accepted by the event API.',
  registers: [metrics],
});
export const pipelineLag = new Gauge({
  name: 'shuke_pipeline_lag_seconds',
  help: 'Age of the oldest event the pipeline has not processed.',
  registers: [metrics],
});
