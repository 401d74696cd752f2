import type { Tx } from '#platform/database';

import { identifierKind } from './identifier-kinds.ts';
import type { IdentifierState } from './identity-graph.ts';
import { sqlBytes, sqlList } from './sql-list.ts';

/** A stored identifier, in one era. Days count from 1970-01-01. */
export interface IdentifierRow {
  readonly id: number;
  readonly customerId: number;
  readonly kind: string;
  readonly scope: string;
  readonly era: number;
  readonly eraFromDay: number | null;
  readonly state: IdentifierState;
  readonly entangled: boolean;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly sources: readonly number[];
  readonly blindIndex: Buffer;
}

/** An identifier seen for the first time. */
export interface NewIdentifier {
  readonly id: number;
  readonly kind: string;
  readonly scope: string;
  readonly value: string;
  readonly blindIndex: Buffer;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly sources: readonly number[];
  readonly seenFrom: Date;
  readonly seenTo: Date;
}

export interface LinkRow {
  readonly a: number;
  readonly b: number;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly sources: readonly number[];
  readonly causes: number;
  readonly claimed: boolean;
}

export interface DecisionRow {
  readonly decisionId: string;
  readonly kind: 'merge' | 'split';
  readonly sideA: readonly number[];
  readonly sideB: readonly number[];
  readonly decidedAt: Date;
}

export interface FoundedRow {
  readonly customerId: number;
  readonly customerNo: number;
  readonly status: 'active' | 'merged' | 'erased';
  readonly isKnown: boolean;
  readonly createdAt: Date;
  readonly mergedInto: number | null;
}

const identifierColumns = `i.identifier_id as id, i.customer_id as "customerId", i.kind, i.scope, i.era::int as era,
  i.era_from_on - date '1970-01-01' as "eraFromDay", i.state, i.entangled, i.first_on - date '1970-01-01' as "firstDay",
  i.last_on - date '1970-01-01' as "lastDay", array_to_string(i.sources, ',') as sources, i.blind_index as "blindIndex"`;
const linkColumns = `l.a, l.b, l.first_on - date '1970-01-01' as "firstDay", l.last_on - date '1970-01-01' as "lastDay",
  array_to_string(l.sources, ',') as sources, l.causes, l.claimed`;

type Texted<Row> = Omit<Row, 'sources'> & { sources: string };
const sourceSets = new Map<string, readonly number[]>();

/** Source sets are few and everywhere: each is parsed once and shared. */
function withSources<Row extends { readonly sources: readonly number[] }>(rows: Texted<Row>[]): Row[] {
  for (const row of rows as unknown as { sources: string | readonly number[] }[]) {
    const text = row.sources as string;
    let set = sourceSets.get(text);
    if (!set) {
      set = text === '' ? [] : text.split(',').map(Number);
      if (sourceSets.size < 10_000) sourceSets.set(text, set);
    }
    row.sources = set;
  }
  return rows as unknown as Row[];
}

/** Every era of the identifiers with these blind indexes. */
export async function readByValue(tx: Tx, tenantId: number, blindIndexes: readonly Buffer[]): Promise<IdentifierRow[]> {
  if (blindIndexes.length === 0) return [];
  return withSources(
    await tx.query<Texted<IdentifierRow>>(
      `select ${identifierColumns} from unnest($2::bytea[]) v(value)
         join customers.identifiers i on i.tenant_id = $1 and i.blind_index = v.value`,
      [tenantId, sqlBytes(blindIndexes)],
    ),
  );
}

/** Every era of the identifiers with these ids (of any era). */
export async function readByIds(tx: Tx, tenantId: number, ids: readonly number[]): Promise<IdentifierRow[]> {
  if (ids.length === 0) return [];
  const rows = withSources(
    await tx.query<Texted<IdentifierRow>>(
      `select ${identifierColumns} from customers.identifiers i where i.tenant_id = $1 and i.identifier_id = any ($2::bigint[])`,
      [tenantId, sqlList(ids)],
    ),
  );
  const recycled = rows.filter(({ kind }) => identifierKind(kind).recycled).map(({ blindIndex }) => blindIndex);
  const handedOn = recycled.length > 0 ? await readHandedOn(tx, tenantId, recycled) : [];
  return [...new Map([...rows, ...handedOn].map((row) => [row.id, row])).values()];
}

/** All eras of those values that have more than one. */
async function readHandedOn(tx: Tx, tenantId: number, blindIndexes: readonly Buffer[]): Promise<IdentifierRow[]> {
  const later = await tx.query<{ value: Buffer }>(
    `select distinct i.blind_index as value from unnest($2::bytea[]) v(value)
       join customers.identifiers i on i.tenant_id = $1 and i.blind_index = v.value and i.era > 0`,
    [tenantId, sqlBytes(blindIndexes)],
  );
  return readByValue(
    tx,
    tenantId,
    later.map(({ value }) => value),
  );
}

/** The stored links among the given pairs (`as[i] < bs[i]`). */
export async function readPairs(
  tx: Tx,
  tenantId: number,
  as: readonly number[],
  bs: readonly number[],
): Promise<LinkRow[]> {
  if (as.length === 0) return [];
  return withSources(
    await tx.query<Texted<LinkRow>>(
      `select ${linkColumns} from unnest($2::bigint[], $3::bigint[]) p(a, b)
         join customers.links l on l.tenant_id = $1 and l.a = p.a and l.b = p.b`,
      [tenantId, sqlList(as), sqlList(bs)],
    ),
  );
}

/** All links that touch one of the identifiers. */
export async function readLinksOf(tx: Tx, tenantId: number, ids: readonly number[]): Promise<LinkRow[]> {
  if (ids.length === 0) return [];
  return withSources(
    await tx.query<Texted<LinkRow>>(
      `select ${linkColumns} from customers.links l where l.tenant_id = $1 and l.a = any ($2::bigint[])
       union all
       select ${linkColumns} from customers.links l where l.tenant_id = $1 and l.b = any ($2::bigint[])`,
      [tenantId, sqlList(ids)],
    ),
  );
}

/** Standing decisions of staff about any of the identifiers. */
export function readDecisions(tx: Tx, tenantId: number, ids: readonly number[]): Promise<DecisionRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx.query(
    `select d.decision_id as "decisionId", d.kind, d.side_a as "sideA", d.side_b as "sideB", d.decided_at as "decidedAt"
       from customers.identity_decisions d
      where d.tenant_id = $1 and d.revoked_at is null
        and d.decision_id in (select m.decision_id from customers.decision_members m
                               where m.tenant_id = $1 and m.identifier_id = any ($2::bigint[]))`,
    [tenantId, sqlList(ids)],
  );
}

/** The customers founded by the identifiers, active or absorbed, whatever stores the caller may see. */
export function readFounded(tx: Tx, tenantId: number, ids: readonly number[]): Promise<FoundedRow[]> {
  if (ids.length === 0) return Promise.resolve([]);
  return tx.query(
    `select customer_id as "customerId", customer_no as "customerNo", status, is_known as "isKnown", created_at as "createdAt",
            merged_into as "mergedInto"
       from customers.read_founded($1, $2)`,
    [tenantId, sqlList(ids)],
  );
}

/** Which of the ids are taken by another value. */
export async function readTaken(tx: Tx, tenantId: number, ids: readonly number[]): Promise<Map<number, Buffer>> {
  const rows = await tx.query<{ id: number; value: Buffer }>(
    `select identifier_id as id, blind_index as value from customers.identifiers
      where tenant_id = $1 and identifier_id = any ($2::bigint[])`,
    [tenantId, sqlList(ids)],
  );
  return new Map(rows.map(({ id, value }) => [id, value]));
}

export interface NewIdentifierRow extends IdentifierRow {
  readonly lastFour: Buffer | null;
  readonly cipher: Buffer;
}

/** Adds identifiers; all are new. */
export async function insertIdentifiers(tx: Tx, tenantId: number, rows: readonly NewIdentifierRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(
    `insert into customers.identifiers (tenant_id, identifier_id, customer_id, kind, scope, era, era_from_on, state, entangled,
                                        first_on, last_on, sources, blind_index, last_four, value_cipher)
     select $1, n.id, n.customer, n.kind, n.scope, n.era, date '1970-01-01' + n.era_from, n.state, n.entangled,
            date '1970-01-01' + n.first, date '1970-01-01' + n.last, n.sources::int[], n.value, n.last_four, n.cipher
       from unnest($2::bigint[], $3::bigint[], $4::text[], $5::text[], $6::smallint[], $7::int[], $8::text[], $9::boolean[],
                   $10::int[], $11::int[], $12::text[], $13::bytea[], $14::bytea[], $15::bytea[])
            n(id, customer, kind, scope, era, era_from, state, entangled, first, last, sources, value, last_four, cipher)`,
    [
      tenantId,
      sqlList(rows.map((row) => row.id)),
      sqlList(rows.map((row) => row.customerId)),
      rows.map((row) => row.kind),
      rows.map((row) => row.scope),
      sqlList(rows.map((row) => row.era)),
      sqlList(rows.map((row) => row.eraFromDay)),
      rows.map((row) => row.state),
      sqlList(rows.map((row) => row.entangled)),
      sqlList(rows.map((row) => row.firstDay)),
      sqlList(rows.map((row) => row.lastDay)),
      rows.map((row) => sqlList(row.sources)),
      sqlBytes(rows.map((row) => row.blindIndex)),
      sqlBytes(rows.map((row) => row.lastFour)),
      sqlBytes(rows.map((row) => row.cipher)),
    ],
  );
}

/** Stored identifiers that belong to another customer, or mean something else, than before. */
export async function updateIdentifiers(tx: Tx, tenantId: number, rows: readonly IdentifierRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(
    `update customers.identifiers i
        set customer_id = n.customer, state = n.state, entangled = n.entangled, era_from_on = date '1970-01-01' + n.era_from
       from unnest($2::bigint[], $3::bigint[], $4::text[], $5::boolean[], $6::int[]) n(id, customer, state, entangled, era_from)
      where i.tenant_id = $1 and i.identifier_id = n.id`,
    [
      tenantId,
      sqlList(rows.map((row) => row.id)),
      sqlList(rows.map((row) => row.customerId)),
      rows.map((row) => row.state),
      sqlList(rows.map((row) => row.entangled)),
      sqlList(rows.map((row) => row.eraFromDay)),
    ],
  );
}

/** When and by whom stored identifiers were seen: only grows, as a cache may have known less of it. */
export async function widenIdentifiers(tx: Tx, tenantId: number, rows: readonly IdentifierRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(
    `update customers.identifiers i
        set first_on = least(i.first_on, date '1970-01-01' + n.first), last_on = greatest(i.last_on, date '1970-01-01' + n.last),
            sources = ${unionOf('i.sources', 'n.sources::int[]')}
       from unnest($2::bigint[], $3::int[], $4::int[], $5::text[]) n(id, first, last, sources)
      where i.tenant_id = $1 and i.identifier_id = n.id`,
    [
      tenantId,
      sqlList(rows.map((row) => row.id)),
      sqlList(rows.map((row) => row.firstDay)),
      sqlList(rows.map((row) => row.lastDay)),
      rows.map((row) => sqlList(row.sources)),
    ],
  );
}

/** Adds links or what is new about them; what is stored only grows, so that it may be known less of here than there is. */
export async function upsertLinks(tx: Tx, tenantId: number, rows: readonly LinkRow[]): Promise<void> {
  if (rows.length === 0) return;
  await tx.execute(
    `insert into customers.links as l (tenant_id, a, b, first_on, last_on, sources, causes, claimed)
     select $1, n.a, n.b, date '1970-01-01' + n.first, date '1970-01-01' + n.last, n.sources::int[], n.causes, n.claimed
       from unnest($2::bigint[], $3::bigint[], $4::int[], $5::int[], $6::text[], $7::int[], $8::boolean[])
            n(a, b, first, last, sources, causes, claimed)
     on conflict (tenant_id, a, b) do update
        set first_on = least(l.first_on, excluded.first_on), last_on = greatest(l.last_on, excluded.last_on),
            sources = ${unionOf('l.sources', 'excluded.sources')}, causes = l.causes | excluded.causes,
            claimed = l.claimed and excluded.claimed`,
    [
      tenantId,
      sqlList(rows.map((row) => row.a)),
      sqlList(rows.map((row) => row.b)),
      sqlList(rows.map((row) => row.firstDay)),
      sqlList(rows.map((row) => row.lastDay)),
      rows.map((row) => sqlList(row.sources)),
      sqlList(rows.map((row) => row.causes)),
      sqlList(rows.map((row) => row.claimed)),
    ],
  );
}

/** A link keeps the eight smallest source ids: enough to weigh it, and the same whichever came first. */
export const keptSources = 8;

function unionOf(stored: string, added: string): string {
  return `case when ${stored} @> ${added} then ${stored} else array(
    select distinct s from unnest(${stored} || ${added}) s order by s limit ${keptSources}) end`;
}
