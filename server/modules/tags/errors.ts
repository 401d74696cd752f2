import { defineError } from '#platform/errors';

export const TagCodeTaken = defineError(
  'tag_code_taken',
  409,
  (code: string) => `A tag with the code ${code} exists already.`,
  (code) => ({ code }),
);
export const TagIsComputed = defineError(
  'tag_is_computed',
  409,
  (name: string) => `${name} is computed by the product and cannot be put on or taken off by hand.`,
  (name) => ({ name }),
);
