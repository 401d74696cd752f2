import type { FastifyInstance } from 'fastify';

import type { JobDefinition } from '#platform/jobs';
import type { Subscription } from '#platform/log/event';

/** A capability of the product: what it may import, and its three ways in (HTTP, jobs, events). */
export interface ModuleDefinition {
  readonly name: string;
  /** Modules of lower layers whose front doors this one may import. */
  readonly dependsOn: readonly string[];
  /** Permissions its routes ask for, `<module>.<act>`. */
  readonly permissions?: readonly string[];
  readonly routes?: (app: FastifyInstance) => void;
  readonly jobs?: readonly JobDefinition[];
  readonly subscriptions?: readonly Subscription[];
}

/** Declares a module; its `index.ts` exports the result under the module's own name. */
export function defineModule(definition: ModuleDefinition): ModuleDefinition {
  return definition;
}
