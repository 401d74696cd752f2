import { describe, expect, test } from 'vitest';

import { normaliseIdentifier } from './normalise-identifier.ts';

const normal = (kind: string, value: string, scope = '') => normaliseIdentifier({ kind, scope, value });

describe('the same phone, however written', () => {
  test.each(['13911110001', '+8613911110001', '8613911110001', '139 1111 0001', '139-1111-0001', ' 13911110001 '])(
    '%s',
    (value) => {
      expect(normal('phone', value, 'ignored')).toEqual({ kind: 'phone', scope: '', value: '+8613911110001' });
    },
  );
  test('keeps the country of another one', () => {
    expect(normal('phone', '+852 9123 4567')?.value).toBe('+85291234567');
  });
});

test('mail addresses are the same in any case, with their tags and dots', () => {
  expect(normal('email', ' Li.Lei+shop@QQ.com ')?.value).toBe('li.lei+shop@qq.com');
});

test('accounts keep their case and their scope', () => {
  expect(normal('openid', 'oAbC', 'wx1')).toEqual({ kind: 'openid', scope: 'wx1', value: 'oAbC' });
  expect(normal('device', 'A0EEBC99-9C0B-4EF8-BB6D-6BB9BD380A11')?.value).toBe('a0eebc99-9c0b-4ef8-bb6d-6bb9bd380a11');
});

describe('what cannot name one person', () => {
  test.each([
    ['phone', '13800138000'],
    ['phone', '13888888888'],
    ['phone', '138****5678'],
    ['phone', '1391234567'],
    ['phone', '无'],
    ['email', 'test@test.com'],
    ['email', 'nobody@example.com'],
    ['email', 'li@'],
    ['buyer_id', 'undefined'],
    ['buyer_id', '"null"'],
    ['buyer_id', '[object Object]'],
    ['buyer_id', 'NaN'],
    ['buyer_id', ' '],
    ['member_no', '0000000'],
    ['member_no', '散客'],
    ['device', '00000000-0000-0000-0000-000000000000'],
    ['member_no', 'x'.repeat(201)],
    ['member_no', 'a\u0000b'],
    ['Weird Kind', 'a'],
  ])('%s %s', (kind, value) => {
    expect(normal(kind, value)).toBeNull();
  });

  test('a scope Postgres could not store', () => {
    expect(normal('openid', 'oA', 'wx\u0000')).toBeNull();
    expect(normal('openid', 'oA', 'wx\ud800')).toBeNull();
  });
});
