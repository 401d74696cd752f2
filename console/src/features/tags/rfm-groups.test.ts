import { expect, test } from 'vitest';

import { selectionOf } from './rfm-groups.ts';

test('a cell needs both scores, and only scores that exist', () => {
  expect(selectionOf(new URLSearchParams('r=5&f=1'))).toEqual({ r: 5, f: 1 });
  expect(selectionOf(new URLSearchParams('r=5'))).toBeNull();
  expect(selectionOf(new URLSearchParams('r=6&f=1'))).toBeNull();
});

test('a group or the high-value set is chosen by name; unknown names choose nothing', () => {
  expect(selectionOf(new URLSearchParams('group=must_keep'))).toEqual({ group: 'must_keep' });
  expect(selectionOf(new URLSearchParams('group=everybody'))).toBeNull();
  expect(selectionOf(new URLSearchParams('top=1'))).toEqual({ top: true });
});
