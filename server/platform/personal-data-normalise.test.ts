import { expect, test } from 'vitest';

import { normaliseEmail, normaliseIdNumber, normalisePhone } from '#platform/personal-data-normalise';

test.each([
  ['13812345678', '+8613812345678'],
  ['+86 138-1234-5678', '+8613812345678'],
  ['0086 13812345678', '+8613812345678'],
  ['１３８１２３４５６７８', '+8613812345678'],
  ['86-13812345678', '+8613812345678'],
  ['+852 9123 1234', '+85291231234'],
  ['021-12345678', '+862112345678'],
  ['123', null],
  ['', null],
  ['nobody', null],
])('phone %s is %s', (raw, normal) => {
  expect(normalisePhone(raw)).toBe(normal);
});

test.each([
  [' Zhang.San@QQ.com ', 'zhang.san@qq.com'],
  ['ａ@ｂ.cn', 'a@b.cn'],
  ['a@b', null],
  ['a b@c.cn', null],
])('e-mail %s is %s', (raw, normal) => {
  expect(normaliseEmail(raw)).toBe(normal);
});

test('ID numbers are upper case', () => {
  expect(normaliseIdNumber(' 11010519491231002x ')).toBe('11010519491231002X');
});
