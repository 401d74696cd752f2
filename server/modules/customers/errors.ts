import { defineError } from '#platform/errors';

import type { Verdict } from './identity-graph.ts';
import type { Hindrance } from './personal-facts.ts';

/** Whose an identifier is already; `elsewhere` when the caller may not see them. */
interface TakenBy {
  readonly kind: string;
  readonly customerId?: number;
  readonly customerNo?: number;
  readonly name?: string;
  readonly why?: 'elsewhere';
}

export const CannotMergeWithItself = defineError(
  'cannot_merge_with_itself',
  422,
  () => 'These are already one customer.',
);
export const NothingToSplit = defineError(
  'nothing_to_split',
  422,
  () => 'Choose at least one identifier to move, and leave at least one.',
);
export const MergeAlreadyUndone = defineError('merge_already_undone', 409, () => 'This has been undone already.');
export const ConflictAlreadyResolved = defineError(
  'conflict_already_resolved',
  409,
  () => 'Somebody has decided this conflict meanwhile, or new evidence has settled it.',
);
export const NotErasableYet = defineError(
  'not_erasable_yet',
  409,
  ({ why, reference }: Hindrance) => `The person cannot be erased yet: ${why.replaceAll('_', ' ')} ${reference}.`,
  (hindrance) => ({ ...hindrance }),
);
export const IdentifierUnusable = defineError(
  'identifier_unusable',
  422,
  (kind: string) => `This ${kind} cannot name one person: it is empty, masked or a placeholder.`,
  (kind) => ({ kind }),
);
export const IdentifierTaken = defineError(
  'identifier_taken',
  409,
  ({ kind, name }: TakenBy) =>
    `This ${kind} is ${name ?? 'a customer of another store'}’s: merge the two if they are one person.`,
  (taken) => ({ ...taken }),
);
export const IdentifierRefused = defineError(
  'identifier_refused',
  422,
  ({ kind, why }: { readonly kind: string; readonly why: Verdict }) =>
    `This ${kind} cannot be added to the customer: ${why.replaceAll('_', ' ')}.`,
  (refused) => ({ ...refused }),
);
export const AttributeUnknown = defineError(
  'attribute_unknown',
  422,
  (name: string) => `There is no attribute ${name}.`,
  (name) => ({ name }),
);

export const AttributeTaken = defineError(
  'attribute_taken',
  409,
  (name: string) => `There already is an attribute ${name}.`,
  (name) => ({ name }),
);
