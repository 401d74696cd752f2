import { expect, test } from 'vitest';

import { customerIdsIn } from './customer-ids.ts';

test('takes each number once, from any list', () => {
  expect(customerIdsIn('12, 13\n12;\t4711408820981189 0 99999999999999999999')).toEqual([
    12, 13, 4_711_408_820_981_189,
  ]);
  expect(customerIdsIn('')).toEqual([]);
});
