import { defineError } from '#platform/errors';

export const OrderInvalid = defineError(
  'order_invalid',
  422,
  (sourceOrderNo: string, why: string) => `Order ${sourceOrderNo} cannot be recorded: ${why}.`,
  (sourceOrderNo, why) => ({ sourceOrderNo, why }),
);
