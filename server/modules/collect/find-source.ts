import type { Database } from '#platform/database';

import { WriteKeyUnknown } from './errors.ts';
import { writeKeyHash } from './source.ts';
import type { KnownSource, SourceKind } from './source.ts';

/** A changed or disabled source is noticed within this time. */
const trustMs = 5_000;
const mostCached = 10_000;
const longestKey = 100;

interface Row {
  readonly tenant_id: number;
  readonly source_id: number;
  readonly kind: SourceKind;
  readonly enabled: boolean;
  readonly trusted: boolean;
  readonly allowed_origins: string[];
  readonly events_per_s: number;
}

/** Looks sources up by their write key; throws WriteKeyUnknown for a key nobody has or a disabled source. */
export type FindSource = (writeKey: string) => Promise<KnownSource>;

/** A look-up with a memory of five seconds. */
export function openSourceFinder(database: Database): FindSource {
  const cache = new Map<string, { readonly found: Promise<KnownSource | null>; readonly at: number }>();
  const load = async (hash: Buffer): Promise<KnownSource | null> => {
    const [row] = await database.read({ tenantId: null, scope: { all: true } }, (tx) =>
      tx.query<Row>(`select * from collect.find_source($1)`, [hash]),
    );
    return row ? toSource(row) : null;
  };
  return async (writeKey) => {
    if (writeKey.length > longestKey) throw new WriteKeyUnknown();
    let entry = cache.get(writeKey);
    if (!entry || performance.now() - entry.at > trustMs) {
      entry = { found: load(writeKeyHash(writeKey)), at: performance.now() };
      cache.delete(writeKey);
      cache.set(writeKey, entry);
      entry.found.catch(() => cache.delete(writeKey));
      const oldest = cache.keys().next().value;
      if (cache.size > mostCached && oldest !== undefined) cache.delete(oldest);
    }
    const source = await entry.found;
    if (!source?.enabled) throw new WriteKeyUnknown();
    return source;
  };
}

function toSource(row: Row): KnownSource {
  return {
    tenantId: row.tenant_id,
    sourceId: row.source_id,
    kind: row.kind,
    enabled: row.enabled,
    trusted: row.trusted,
    allowedOrigins: row.allowed_origins,
    eventsPerS: row.events_per_s,
  };
}
