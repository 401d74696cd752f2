/** The unit an account counts in: a currency in its minor unit, or points. */
export type Unit = 'CNY_FEN' | 'POINTS' | (string & {});

/**
 * What a kind of account may do. `overdraft`: `refused` never goes below zero; `debt` goes below zero only by transfers that say
 * `allowDebt`, and the next credits repay it; `allowed` has no floor. `shared` accounts (system accounts) have no hot row: their
 * balance is spread and summed. `lots` keeps every credit as a parcel with its own availability and expiry.
 */
export interface AccountKind {
  readonly code: string;
  readonly unit: Unit;
  readonly normalSide: 'debit' | 'credit';
  readonly overdraft: 'refused' | 'debt' | 'allowed';
  readonly shared: boolean;
  readonly lots: boolean;
}

/** Whose account it is. A customer's account stays with the customer it was opened for; the person today may be another after a merge. */
export type Owner =
  | { readonly kind: 'customer'; readonly originCustomerId: number; readonly customerId: number }
  | { readonly kind: string & {}; readonly id: string };

/** One account, named by its kind and owner; it is opened by the first transfer that touches it. */
export interface AccountRef {
  readonly kind: AccountKind;
  readonly owner: Owner;
}

/** Declares a kind of account owned by customers, partners, contracts …. */
export function defineAccount(kind: Omit<AccountKind, 'shared' | 'lots'> & { lots?: boolean }): AccountKind {
  return { ...kind, shared: false, lots: kind.lots ?? false };
}

/** Declares one of the tenant's own books (issued points, commission expense …) that everybody posts to. */
export function defineSystemAccount(kind: Pick<AccountKind, 'code' | 'unit' | 'normalSide'>): AccountRef {
  return { kind: { ...kind, overdraft: 'allowed', shared: true, lots: false }, owner: { kind: 'tenant', id: '' } };
}

/** A customer's account: `originCustomerId` is immutable (from the fact), `customerId` the person today. */
export function customerAccount(
  kind: AccountKind,
  originCustomerId: number,
  customerId: number = originCustomerId,
): AccountRef {
  return { kind, owner: { kind: 'customer', originCustomerId, customerId } };
}

/** Another owner's account, e.g. `ownedAccount(commissionPayable, 'partner', partnerId)`. */
export function ownedAccount(kind: AccountKind, ownerKind: string, ownerId: string): AccountRef {
  return { kind, owner: { kind: ownerKind, id: ownerId } };
}

/** The owner's id as stored: a customer's account is keyed by the origin customer. */
export function ownerIdOf(owner: Owner): string {
  return 'originCustomerId' in owner ? String(owner.originCustomerId) : owner.id;
}

/** Text key of an account, unique within a tenant. */
export function accountText({ kind, owner }: AccountRef): string {
  return `${owner.kind}/${ownerIdOf(owner)}/${kind.code}/${kind.unit}`;
}
