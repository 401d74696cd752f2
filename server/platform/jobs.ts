import type { Database } from '#platform/database';
import type { Logger } from '#platform/logger';
import type { Services } from '#platform/services';

/** What a job works with: it opens as many short transactions as it needs. */
export interface JobContext {
  readonly database: Database;
  readonly services: Services;
  readonly logger: Logger;
  /** Aborted when the process is asked to stop; long jobs save their progress and return. */
  readonly signal: AbortSignal;
}

/** Work done in the background, at least once; its effects must be idempotent. */
export interface JobDefinition {
  /** `<module>.<verb-noun>`, e.g. `orders.import-file`. */
  readonly name: string;
  /** Five-field cron expression in UTC for recurring work. */
  readonly cron?: string;
  readonly maxAttempts?: number;
  handle(ctx: JobContext, payload: unknown): Promise<void>;
}
