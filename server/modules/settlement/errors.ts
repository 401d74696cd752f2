import { defineError } from '#platform/errors';

export const StatementAnswered = defineError(
  'statement_answered',
  409,
  (state: string) => `This statement was already ${state}.`,
  (state) => ({ state }),
);
