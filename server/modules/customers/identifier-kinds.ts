/** What an identifier of a kind may prove. */
export interface IdentifierKind {
  /**
   * strong: one account of one person. medium: joins people who share it unless a stronger fact forbids. weak: belongs to whoever it is
   * seen with most, never joins two known people. hint: like weak, and says nothing about other weak ones.
   */
  readonly strength: 'strong' | 'medium' | 'weak' | 'hint';
  /** 1 is the most telling; orders events' identifiers and the evidence of a component. */
  readonly priority: number;
  /** How many different values of one scope evidence may join into one customer. */
  readonly limit: number;
  /** Seen with more different values of this kind and scope, an identifier is shared by many and says nothing any more. */
  readonly sharedAbove: number;
  /** Handed to somebody else after a while, as phone numbers are. */
  readonly recycled?: boolean;
  /** Staff may search its last four characters. */
  readonly lastFour?: boolean;
}

const kinds: Readonly<Record<string, IdentifierKind>> = {
  member_no: { strength: 'strong', priority: 1, limit: 1, sharedAbove: 3, lastFour: true },
  unionid: { strength: 'strong', priority: 2, limit: 1, sharedAbove: 3 },
  openid: { strength: 'strong', priority: 3, limit: 1, sharedAbove: 3 },
  external_userid: { strength: 'strong', priority: 4, limit: 1, sharedAbove: 3 },
  phone: { strength: 'medium', priority: 5, limit: 5, sharedAbove: 7, recycled: true, lastFour: true },
  email: { strength: 'medium', priority: 6, limit: 5, sharedAbove: 7 },
  buyer_id: { strength: 'medium', priority: 7, limit: 5, sharedAbove: 7 },
  device: { strength: 'weak', priority: 9, limit: Infinity, sharedAbove: Infinity },
  receiver_phone: { strength: 'hint', priority: 10, limit: Infinity, sharedAbove: Infinity, lastFour: true },
  address: { strength: 'hint', priority: 11, limit: Infinity, sharedAbove: Infinity },
  // What staff create a customer with who has no identifier yet.
  record: { strength: 'strong', priority: 8, limit: Infinity, sharedAbove: Infinity },
};

const otherKind: IdentifierKind = { strength: 'weak', priority: 9, limit: Infinity, sharedAbove: Infinity };

/** The rules of a kind; a kind nobody declared is weak. */
export function identifierKind(kind: string): IdentifierKind {
  return (Object.hasOwn(kinds, kind) ? kinds[kind] : undefined) ?? otherKind;
}

/** Whether the kind takes part in joining people: strong or medium. */
export function isTelling({ strength }: IdentifierKind): boolean {
  return strength === 'strong' || strength === 'medium';
}
