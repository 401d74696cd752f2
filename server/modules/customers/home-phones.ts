import { refuse } from './cluster-work.ts';
import type { Edge, Work } from './cluster-work.ts';
import { isTelling } from './identifier-kinds.ts';

/** A changed number is used for a while, and the old one no longer. */
const settledAfterDays = 7;

/** One account (a set of strong identifiers, a buyer account, an e-mail address) and one phone it was seen with. */
interface Use {
  readonly account: number;
  readonly phone: number;
  readonly firstDay: number;
  readonly lastDay: number;
  readonly sources: ReadonlySet<number>;
  readonly edges: readonly Edge[];
}

/**
 * Takes out the phones people only borrowed. An account's home phone is the one it was seen with most; another phone that is home to
 * others (a spouse's, a friend's, one mistyped at a till) says nothing about the account, unless the account moved from one to the
 * other for good. A phone that is home to nobody belongs to the account that used it most.
 */
export function dropBorrowedPhones(work: Work, isJoining: (edge: Edge) => boolean): void {
  const uses = usesOf(work, isJoining);
  const crowd = new Map<number, number>();
  for (const { phone } of uses) crowd.set(phone, (crowd.get(phone) ?? 0) + 1);
  const byHome = (x: Use, y: Use) =>
    y.sources.size - x.sources.size ||
    y.lastDay - y.firstDay - (x.lastDay - x.firstDay) ||
    (crowd.get(x.phone) ?? 0) - (crowd.get(y.phone) ?? 0) ||
    byUse(x, y);
  const homes = new Map<number, Use>();
  for (const use of uses) {
    const home = homes.get(use.account);
    if (!home || byHome(use, home) < 0) homes.set(use.account, use);
  }
  const homeTo = new Map<number, Set<number>>();
  for (const { account, phone } of homes.values()) homeTo.set(phone, (homeTo.get(phone) ?? new Set()).add(account));
  const strays = new Map<number, Use>();
  for (const use of uses) {
    const best = strays.get(use.phone);
    if (!homeTo.has(use.phone) && (!best || byUse(use, best) < 0)) strays.set(use.phone, use);
  }
  for (const use of uses) {
    const home = homes.get(use.account);
    if (!home || home === use || strays.get(use.phone) === use || isMove(use, home)) continue;
    for (const edge of use.edges) refuse(work, edge, 'incidental');
  }
}

function usesOf(work: Work, isJoining: (edge: Edge) => boolean): Use[] {
  const uses = new Map<string, Use>();
  for (const edge of work.edges) {
    if (!isJoining(edge)) continue;
    const [phone, partner] = isPhone(work, edge.one) ? [edge.one, edge.other] : [edge.other, edge.one];
    if (!isPhone(work, phone) || isPhone(work, partner)) continue;
    const account = work.partition.root(partner);
    const key = `${account}:${phone}`;
    const before = uses.get(key);
    uses.set(key, {
      account,
      phone,
      firstDay: Math.min(before?.firstDay ?? Infinity, edge.firstDay),
      lastDay: Math.max(before?.lastDay ?? -Infinity, edge.lastDay),
      sources: new Set([...(before?.sources ?? []), ...edge.sources]),
      edges: [...(before?.edges ?? []), edge],
    });
  }
  return [...uses.values()];
}

function isPhone({ nodes }: Work, node: number): boolean {
  const identifier = nodes[node];
  return identifier !== undefined && isTelling(identifier.rules) && identifier.rules.recycled === true;
}

function byUse(x: Use, y: Use): number {
  return (
    y.sources.size - x.sources.size ||
    y.lastDay - y.firstDay - (x.lastDay - x.firstDay) ||
    x.firstDay - y.firstDay ||
    x.phone - y.phone ||
    x.account - y.account
  );
}

/** Whether the account used one phone for a while and the other before or after it. */
function isMove(use: Use, home: Use): boolean {
  const overlapDays = Math.min(use.lastDay, home.lastDay) - Math.max(use.firstDay, home.firstDay);
  return use.lastDay - use.firstDay >= settledAfterDays && overlapDays <= settledAfterDays;
}
