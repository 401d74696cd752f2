import type { Tx } from '#platform/database';

import type { Founded, Placement } from './assign-customers.ts';
import { chooseIds } from './identifier-id.ts';
import { identifierKind, isTelling } from './identifier-kinds.ts';
import type { Clustering, IdentifierState, Member } from './identity-graph.ts';
import { readFounded, readTaken } from './identity-store.ts';
import type { FoundedRow, IdentifierRow, NewIdentifier } from './identity-store.ts';
import type { LoadedComponent } from './load-component.ts';

/** One identifier in one era, as it is to be stored but for its customer. */
export interface PlacedRow {
  readonly row: Omit<IdentifierRow, 'customerId'>;
  /** As stored; null when it is new. */
  readonly stored: IdentifierRow | null;
  /** At the edge of what was loaded: it stays with its customer. */
  readonly edge: boolean;
  /** A new row's plain value: as the evidence brought it, or the id of the stored first era. */
  readonly value: string | number;
}

interface Placing {
  readonly tx: Tx;
  readonly tenantId: number;
  readonly added: ReadonlyMap<number, NewIdentifier>;
  readonly widened: ReadonlyMap<number, IdentifierRow>;
  readonly component: LoadedComponent;
  readonly clustering: Clustering;
}

/** The rows of each cluster: those stored, those of new identifiers, and those of eras found just now. */
export async function placeMembers(placing: Placing): Promise<PlacedRow[][]> {
  const { component, clustering } = placing;
  const entangled = entangledIdentifiers(component, clustering);
  const clusters = clustering.clusters.map((members) =>
    members.flatMap((member) => rowsOf(placing, member, entangled.has(member.id))),
  );
  const eras = clusters.flat().filter(({ stored, row }) => stored === null && row.era > 0);
  if (eras.length === 0) return clusters;
  const ids = await chooseIds(
    eras.map(({ row }) => row),
    (wanted) => readTaken(placing.tx, placing.tenantId, wanted),
  );
  const idOf = new Map(eras.map((placed, index) => [placed, ids[index] ?? placed.row.id]));
  return clusters.map((rows) =>
    rows.map((placed) => ({ ...placed, row: { ...placed.row, id: idOf.get(placed) ?? placed.row.id } })),
  );
}

function rowsOf(
  { component, clustering, added, widened }: Placing,
  { id, era }: Member,
  entangled: boolean,
): PlacedRow[] {
  const state = clustering.states.get(id) ?? 'active';
  const starts = clustering.eras.get(id) ?? [];
  const eraFromDay = starts[era - 1] ?? null;
  const stored = component.rows.get(id) ?? [];
  const edge = component.edge.has(id);
  // Rows of eras that turned out not to be eras after all go where the last one goes.
  const mine = stored.filter((row) => row.era === era || (era === starts.length && row.era > era));
  if (mine.length > 0) {
    return mine.map((row) => {
      const now = widened.get(row.id) ?? row;
      const from = row.era > era ? row.eraFromDay : eraFromDay;
      return { row: edge ? row : { ...now, state, entangled, eraFromDay: from }, stored: row, edge, value: row.id };
    });
  }
  const fresh = added.get(id);
  const source = fresh ?? stored[0];
  if (!source) throw new RangeError(`identifier ${id} is neither stored nor new`);
  const { kind, scope, firstDay, lastDay, sources, blindIndex } = source;
  const from = Math.max(firstDay, eraFromDay ?? firstDay);
  const row = {
    id,
    kind,
    scope,
    era,
    eraFromDay,
    state,
    entangled,
    firstDay: from,
    lastDay: Math.max(from, lastDay),
    sources,
    blindIndex,
  };
  return [{ row, stored: null, edge: false, value: fresh ? fresh.value : source.id }];
}

/** Identifiers of components in which anything was refused, disputed or decided by staff. */
function entangledIdentifiers({ graph }: LoadedComponent, { doubts, eras }: Clustering): Set<number> {
  const frontier = [...eras.keys(), ...graph.decisions.flatMap(({ sideA, sideB }) => [...sideA, ...sideB])];
  for (const [index, { a, b }] of graph.links.entries()) if (doubts[index]) frontier.push(a, b);
  const found = new Set<number>();
  if (frontier.length === 0) return found;
  const neighbours = new Map<number, number[]>();
  const connect = (from: number, to: number) => {
    const list = neighbours.get(from);
    if (list) list.push(to);
    else neighbours.set(from, [to]);
  };
  for (const { a, b } of graph.links) {
    connect(a, b);
    connect(b, a);
  }
  for (let id = frontier.pop(); id !== undefined; id = frontier.pop()) {
    if (found.has(id)) continue;
    found.add(id);
    frontier.push(...(neighbours.get(id) ?? []));
  }
  return found;
}

/** What assigning customers needs to know of a cluster; a row at the edge says whose it is. */
export function placementOf(rows: readonly PlacedRow[]): Placement {
  const edge = rows.find((placed) => placed.edge)?.stored;
  return {
    fixed: edge?.customerId ?? null,
    members: rows
      .filter((placed) => !placed.edge)
      .map(({ row, stored }) => ({
        id: row.id,
        before: stored?.customerId ?? null,
        telling: isTelling(identifierKind(row.kind)) && isHeard(row.state),
        priority: identifierKind(row.kind).priority + (isHeard(row.state) ? 0 : 100),
        firstDay: row.firstDay,
      })),
  };
}

function isHeard(state: IdentifierState): boolean {
  return state === 'active' || state === 'contested';
}

/** The customers that rows already stored have founded. */
export async function foundedBy(
  tx: Tx,
  tenantId: number,
  clusters: readonly (readonly PlacedRow[])[],
): Promise<Map<number, FoundedRow & Founded>> {
  const ids = clusters.flatMap((rows) => rows.flatMap(({ stored, edge }) => (stored && !edge ? [stored.id] : [])));
  const rows = await readFounded(tx, tenantId, ids);
  return new Map(rows.map((row) => [row.customerId, row]));
}
