import type { Tx } from '#platform/database';
import type { Services } from '#platform/services';

/** Who acts. Every audited act and every ledger posting names one. */
export type Actor =
  | { readonly kind: 'staff'; readonly id: string; readonly name: string }
  | { readonly kind: 'customer'; readonly customerId: number }
  | { readonly kind: 'source'; readonly sourceId: number }
  | { readonly kind: 'api_key'; readonly id: string }
  | { readonly kind: 'system'; readonly name: string }
  | { readonly kind: 'anonymous' };

/** Which stores' rows an actor may see; enforced by row-level security on every scoped table. */
export type DataScope = { readonly all: true } | { readonly all: false; readonly storeIds: readonly number[] };

export type Locale = 'zh-CN' | 'en';

/** What every verb receives first: the open connection or transaction, the tenant, the actor and the time. */
export interface Context {
  readonly tx: Tx;
  readonly tenantId: number;
  readonly actor: Actor;
  readonly scope: DataScope;
  readonly permissions: ReadonlySet<string>;
  /** The database's clock at the start of the request or job. */
  readonly now: Date;
  readonly locale: Locale;
  readonly requestId: string;
  readonly client: { readonly ip: string; readonly userAgent: string };
  readonly services: Services;
}

export const everyStore: DataScope = { all: true };

/** The context of what no request asked for: a job, a command, the seed. It may do anything within its tenant; 0 is the installation. */
export function systemContext({
  tx,
  tenantId,
  services,
  name,
  now = tx.now,
}: Pick<Context, 'tx' | 'tenantId' | 'services'> & {
  readonly name: string;
  readonly now?: Date | undefined;
}): Context {
  return {
    tx,
    tenantId,
    actor: { kind: 'system', name },
    scope: everyStore,
    permissions: new Set(),
    now,
    locale: 'zh-CN',
    requestId: name,
    client: { ip: '127.0.0.1', userAgent: 'shuke' },
    services,
  };
}

/** Text form of an actor for references and audit: `staff:…`, `customer:…`. */
export function actorRef(actor: Actor): string {
  switch (actor.kind) {
    case 'staff':
    case 'api_key':
      return `${actor.kind}:${actor.id}`;
    case 'customer':
      return `customer:${actor.customerId}`;
    case 'source':
      return `source:${actor.sourceId}`;
    case 'system':
      return `system:${actor.name}`;
    case 'anonymous':
      return 'anonymous';
    default:
      return actor satisfies never;
  }
}
