import type { Context } from '#platform/context';

const lifetimeMs = 1_000;
const tenantsMax = 1_000;

type ReadContext = Pick<Context, 'tenantId' | 'services'>;

/**
 * What a process read within the last second, per tenant: for the few rows that every request of a shop needs and that people rarely
 * change. Whoever changes them here calls `forget`; a change made by another process counts a second later.
 */
export class RecentReads<Value> {
  // Services are one installation's: two databases in one process never see each other's rows.
  readonly #reads = new WeakMap<object, Map<number, { readonly value: Value; readonly atMs: number }>>();

  async read({ tenantId, services }: ReadContext, load: () => Promise<Value>): Promise<Value> {
    const reads = this.#reads.get(services) ?? new Map<number, { readonly value: Value; readonly atMs: number }>();
    this.#reads.set(services, reads);
    const known = reads.get(tenantId);
    const nowMs = performance.now();
    if (known && nowMs - known.atMs < lifetimeMs) return known.value;
    const value = await load();
    if (reads.size >= tenantsMax) reads.clear();
    reads.set(tenantId, { value, atMs: nowMs });
    return value;
  }

  forget({ tenantId, services }: ReadContext): void {
    this.#reads.get(services)?.delete(tenantId);
  }
}
