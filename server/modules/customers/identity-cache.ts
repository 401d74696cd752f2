import { together } from '#platform/database';
import type { Tx } from '#platform/database';

import type { IdentifierRow, LinkRow } from './identity-store.ts';

/** What a tenant's identity looked like when a transaction first looked. */
export interface IdentityView {
  readonly tenantId: number;
  readonly version: number;
  readonly writes: number;
  /** This transaction has itself changed identity: it must see its own uncommitted rows, and nobody else may. */
  readonly own: boolean;
}

interface Generation {
  readonly identifiers: Map<string, readonly IdentifierRow[]>;
  readonly keyOf: Map<number, string>;
  readonly links: Map<string, LinkRow>;
}

const emptyGeneration = (): Generation => ({ identifiers: new Map(), keyOf: new Map(), links: new Map() });

/** Two generations: what was not asked for during a whole generation is forgotten, without keeping an order of use. */
class TenantCache {
  version: number;
  readonly #perGeneration: number;
  #young = emptyGeneration();
  #old = emptyGeneration();

  constructor(version: number, perGeneration: number) {
    this.version = version;
    this.#perGeneration = perGeneration;
  }

  identifier(key: string): readonly IdentifierRow[] | undefined {
    const rows = this.#young.identifiers.get(key);
    if (rows) return rows;
    const older = this.#old.identifiers.get(key);
    if (older) this.putIdentifier(key, older);
    return older;
  }

  link(key: string): LinkRow | undefined {
    const link = this.#young.links.get(key);
    if (link) return link;
    const older = this.#old.links.get(key);
    if (older) this.putLink(key, older);
    return older;
  }

  putIdentifier(key: string, rows: readonly IdentifierRow[]): void {
    this.#young.identifiers.set(key, rows);
    for (const { id } of rows) this.#young.keyOf.set(id, key);
    this.#turn();
  }

  putLink(key: string, link: LinkRow): void {
    this.#young.links.set(key, link);
    this.#turn();
  }

  #turn(): void {
    if (this.#young.identifiers.size + this.#young.links.size < this.#perGeneration) return;
    this.#old = this.#young;
    this.#young = emptyGeneration();
  }

  forget(keys: Iterable<string>, links: Iterable<string>): void {
    for (const key of keys) for (const one of [this.#young, this.#old]) one.identifiers.delete(key);
    for (const key of links) for (const one of [this.#young, this.#old]) one.links.delete(key);
  }

  evict(ids: readonly number[]): void {
    for (const generation of [this.#young, this.#old]) {
      for (const id of ids) {
        const key = generation.keyOf.get(id);
        if (key !== undefined) generation.identifiers.delete(key);
      }
    }
  }
}

/**
 * Identifiers and links a process has seen, by tenant. Correct over any number of processes: every call first compares the tenant's
 * version, and drops what later versions changed before it uses anything. Only rows read from other transactions' commits go in
 * (never a transaction's own writes, which may yet be rolled back), and only while the version they were read under is still the
 * cache's; so a stale row cannot come back after its eviction. Only the days a row was seen on may lag behind, which at worst calls for a
 * look that was not needed. What is missing is simply read.
 */
export class IdentityCache {
  readonly #tenants = new Map<number, TenantCache>();
  readonly #perGeneration: number;

  constructor(perGeneration = 200_000) {
    this.#perGeneration = perGeneration;
  }

  /** Compares the tenants' versions with the database's and forgets what changed meanwhile. One or two statements. */
  async open(tx: Tx, tenantIds: readonly number[]): Promise<Map<number, IdentityView>> {
    // A number for this transaction before it reads anything: merges settle only after all who read before them have ended.
    const [, rows] = await together([
      tx.query(`select pg_current_xact_id()`),
      tx.query<IdentityView>(
        `select t.id as "tenantId", coalesce(s.version, 0) as version, coalesce(s.writes, 0) as writes,
                coalesce(s.xid = pg_current_xact_id(), false) as own
           from unnest($1::int[]) t(id) left join customers.identity_state s on s.tenant_id = t.id`,
        [tenantIds],
      ),
    ]);
    for (const view of rows) if (!view.own) await this.#catchUp(tx, view);
    return new Map(rows.map((view) => [view.tenantId, view]));
  }

  async #catchUp(tx: Tx, { tenantId, version }: IdentityView): Promise<void> {
    const cache = this.#tenants.get(tenantId);
    if (cache && cache.version >= version) return;
    if (cache) {
      const from = cache.version;
      const changes = await tx.query<{ ids: number[] }>(
        `select identifier_ids as ids from customers.identity_changes where tenant_id = $1 and version > $2 and version <= $3`,
        [tenantId, from, version],
      );
      // Settled changes are pruned after a while; without all of them nothing is certain.
      if (changes.length === version - from) {
        for (const { ids } of changes) cache.evict(ids);
        cache.version = Math.max(cache.version, version);
        return;
      }
    }
    this.#tenants.set(tenantId, new TenantCache(version, this.#perGeneration));
  }

  identifier({ tenantId, own }: IdentityView, key: string): readonly IdentifierRow[] | undefined {
    return own ? undefined : this.#tenants.get(tenantId)?.identifier(key);
  }

  link({ tenantId, own }: IdentityView, key: string): LinkRow | undefined {
    return own ? undefined : this.#tenants.get(tenantId)?.link(key);
  }

  /** Drops what is about to be written: once that commits, others read it anew. */
  forget({ tenantId }: IdentityView, keys: Iterable<string>, links: Iterable<string>): void {
    this.#tenants.get(tenantId)?.forget(keys, links);
  }

  /** Keeps rows read under this view. */
  keep(
    view: IdentityView,
    identifiers: ReadonlyMap<string, readonly IdentifierRow[]>,
    links: ReadonlyMap<string, LinkRow>,
  ): void {
    const cache = this.#tenants.get(view.tenantId);
    if (view.own || cache?.version !== view.version) return;
    for (const [key, rows] of identifiers) cache.putIdentifier(key, rows);
    for (const [key, link] of links) cache.putLink(key, link);
  }
}
