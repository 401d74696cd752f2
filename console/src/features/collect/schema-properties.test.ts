import { expect, test } from 'vitest';

import { propertiesOf } from './schema-properties.ts';

test('lists what a schema names, required ones first', () => {
  const schema = {
    type: 'object',
    properties: {
      note: { type: 'string' },
      order_id: { anyOf: [{ type: 'string' }, { type: 'number' }] },
      ids: { type: 'array', items: { type: 'integer' } },
    },
    required: ['order_id'],
  };
  expect(propertiesOf(schema)).toEqual([
    { name: 'order_id', type: 'string | number', required: true },
    { name: 'note', type: 'string', required: false },
    { name: 'ids', type: 'integer[]', required: false },
  ]);
  expect(propertiesOf({})).toEqual([]);
});
