import { createHash } from 'node:crypto';

import fc from 'fast-check';

import type { IdentifierRef } from '#platform/log/event';
import type { TenantVault, Vaults } from '#platform/vault';

import type { Evidence } from '../evidence.ts';

const ref = (kind: string, value: string, scope = ''): IdentifierRef => ({ kind, scope, value });
const values = (count: number, make: (index: number) => IdentifierRef) =>
  Array.from({ length: count }, (_, index) => make(index));

/** Few identifiers of every kind, so that random evidence collides, conflicts, recycles and shares all the time. */
const refs: readonly IdentifierRef[] = [
  ...values(5, (index) => ref('member_no', `M${index}`, 'brand')),
  ...values(5, (index) => ref('unionid', `U${index}`, 'platform')),
  ...values(4, (index) => ref('openid', `O${index}`, 'app')),
  ...values(5, (index) => ref('phone', `1391111000${index + 1}`)),
  ...values(3, (index) => ref('email', `p${index}@shop.cn`)),
  ...values(4, (index) => ref('buyer_id', `B${index}`, 'tmall')),
  ...values(4, (index) => ref('device', `D${index}`)),
  ref('receiver_phone', '13911110009'),
];

/** Random evidence about a small town of tenant 1. */
export const townEvidence: fc.Arbitrary<Evidence[]> = fc.array(
  fc.record({
    tenantId: fc.constant(1),
    identifiers: fc.uniqueArray(fc.constantFrom(...refs), { minLength: 1, maxLength: 4 }),
    at: fc.integer({ min: 0, max: 500 }).map((day) => new Date(Date.UTC(2024, 0, 1 + day, 9))),
    sourceId: fc.integer({ min: 1, max: 3 }),
    cause: fc.constantFrom('order', 'event', 'identify'),
    claimed: fc.boolean(),
  }),
  { minLength: 4, maxLength: 36 },
);

/** Empties the identity graph between runs. */
export const forgetEverybody = [
  'traits',
  'order_totals',
  'consents',
  'merge_conflicts',
  'merge_log',
  'decision_members',
  'identity_decisions',
  'identity_changes',
  'identity_state',
  'links',
  'identifiers',
  'customers',
]
  .map((table) => `delete from customers.${table};`)
  .join('');

const hash = (text: string) => createHash('sha256').update(text).digest();

/** A vault without secrets: the same value has the same blind index in every run, so that a counterexample can be run again. */
export const openVaults: Pick<Vaults, 'forTenant'> = {
  forTenant: (_tx, tenantId) => Promise.resolve(plainVault(tenantId)),
};

function plainVault(tenantId: number): TenantVault {
  return {
    tenantId,
    encrypt: (_place, plain) => Buffer.from(plain),
    decrypt: (_place, cipher) => cipher.toString(),
    blindIndex: (kind, value) => hash(`${kind}|${value}`).subarray(0, 16),
    lastFourIndex: (kind, value) => hash(`${kind}|${value.slice(-4)}`).subarray(0, 2),
    seal: (bytes) => bytes,
    open: (sealed) => sealed,
    currentKid: () => 1,
  };
}
