import type { Authenticate } from '#platform/http';
import type { Database } from '#platform/database';
import type { JobDefinition } from '#platform/jobs';
import type { Subscription } from '#platform/log/event';
import type { ModuleDefinition } from '#platform/module';

/** Every module of the product, lowest layer first. */
export const modules: readonly ModuleDefinition[] = [];

/** All jobs of all modules. */
export const jobs: readonly JobDefinition[] = modules.flatMap((module) => module.jobs ?? []);

/** All reactions to events, in the order of the modules' layers. */
export const subscriptions: readonly Subscription[] = modules.flatMap((module) => module.subscriptions ?? []);

export function authenticate(_database: Database): Authenticate {
  throw new Error('wired when the org module lands');
}
