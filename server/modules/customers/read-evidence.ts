import type { IdentifierRef } from '#platform/log/event';
import type { TenantVault } from '#platform/vault';

import { causeBit, dayOf } from './evidence.ts';
import type { Evidence } from './evidence.ts';
import { identifierKind } from './identifier-kinds.ts';
import type { IdentifierKind } from './identifier-kinds.ts';
import { indexedValue } from './identifier-value.ts';
import { normaliseIdentifier } from './normalise-identifier.ts';

/** An identifier as a piece of evidence brings it, normalised and indexed. */
export interface Mark {
  readonly kind: string;
  readonly scope: string;
  readonly value: string;
  readonly rules: IdentifierKind;
  readonly blindIndex: Buffer;
  /** The blind index as text: what equal identifiers share in memory, where no plain value may be a key. */
  readonly key: string;
}

/** A piece of evidence in the terms of identity. */
export interface Sighting {
  readonly evidence: Evidence;
  readonly day: number;
  readonly causes: number;
  /** Distinct, the most telling first. */
  readonly marks: readonly Mark[];
}

/** More than any real record brings, and few enough that a crafted one costs little. */
const mostMarks = 20;

/** Normalises and indexes the identifiers of each piece of evidence; placeholders and masked values are left out. */
export function readEvidence(vault: TenantVault, evidence: readonly Evidence[]): Sighting[] {
  const marks = new Map<string, Mark | null>();
  const markOf = (ref: IdentifierRef): Mark | null => {
    const asSent = `${ref.kind}\u0000${ref.scope}\u0000${ref.value}`;
    let mark = marks.get(asSent);
    if (mark === undefined) marks.set(asSent, (mark = indexed(vault, ref)));
    return mark;
  };
  // A visit's events carry the same identifiers one after the other: each set is put in order once.
  const sets = new Map<string, readonly Mark[]>();
  const marksOf = (identifiers: readonly IdentifierRef[]): readonly Mark[] => {
    let asSent = '';
    for (const { kind, scope, value } of identifiers) asSent += `${kind}\u0000${scope}\u0000${value}\u0001`;
    let set = sets.get(asSent);
    if (!set) sets.set(asSent, (set = inOrder(identifiers.flatMap((ref) => markOf(ref) ?? []))));
    return set;
  };
  return evidence.map((item) => ({
    evidence: item,
    day: Math.min(Math.max(dayOf(item.at) || 0, 0), 100_000),
    causes: causeBit(item.cause),
    marks: marksOf(item.identifiers),
  }));
}

function inOrder(marks: readonly Mark[]): Mark[] {
  return [...new Map(marks.map((mark) => [mark.key, mark])).values()]
    .sort((x, y) => x.rules.priority - y.rules.priority || (x.key < y.key ? -1 : 1))
    .slice(0, mostMarks);
}

function indexed(vault: TenantVault, ref: IdentifierRef): Mark | null {
  const normalised = normaliseIdentifier(ref);
  if (normalised === null) return null;
  const { kind, scope, value } = normalised;
  const blindIndex = vault.blindIndex(kind, indexedValue(scope, value));
  return { kind, scope, value, rules: identifierKind(kind), blindIndex, key: blindIndex.toString('latin1') };
}

/** Whether a link between the two rests on something a visitor typed and nobody verified. */
export function isClaimed({ evidence }: Sighting, one: Mark, other: Mark): boolean {
  return evidence.claimed === true && (isTyped(one) || isTyped(other));
}

/** Phones and e-mail addresses are typed in forms; everything else comes from a platform or a program. */
export function isTyped({ kind }: Pick<Mark, 'kind'>): boolean {
  return kind === 'phone' || kind === 'email';
}
