import { defineError } from '#platform/errors';

export const MonthNotOver = defineError(
  'month_not_over',
  409,
  (month: string) => `${month} is not over yet; a month is closed once its last day has passed.`,
  (month) => ({ month }),
);
export const StatementAnswered = defineError(
  'statement_answered',
  409,
  (state: string) => `This statement was already ${state}.`,
  (state) => ({ state }),
);
