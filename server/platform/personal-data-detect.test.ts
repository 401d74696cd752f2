import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { detectPersonalData, isBankCard, isIdNumber, maskText, scrub } from '#platform/personal-data-detect';

describe('detection', () => {
  test.each([
    ['打13812345678给我', 'phone', '13812345678'],
    ['+86 138 1234 5678', 'phone', '+86 138 1234 5678'],
    ['138-1234-5678', 'phone', '138-1234-5678'],
    ['手机１３８１２３４５６７８', 'phone', '１３８１２３４５６７８'],
    ['ID 11010519491231002X.', 'id_number', '11010519491231002X'],
    ['卡号6222021234567890128', 'bank_card', '6222021234567890128'],
    ['card 4111 1111 1111 1111', 'bank_card', '4111 1111 1111 1111'],
    ['mail a.b+c@example.com now', 'email', 'a.b+c@example.com'],
  ])('finds in %s a %s', (text, kind, matched) => {
    const [found] = detectPersonalData(text);
    expect(found?.kind).toBe(kind);
    expect(text.slice(found?.start, found?.end)).toBe(matched);
  });

  test.each([
    '11010519491231002',
    '110105194912310021',
    '订单20261122138123456789',
    '¥138.00',
    '2026-11-22 13:45:10',
    '4111111111111112',
    'sku-138123456789',
    '0198c0de-0000-7000-8000-000000000001',
  ])('leaves %s alone', (text) => {
    expect(detectPersonalData(text)).toEqual([]);
  });

  test('finds both of two numbers with only a space between them', () => {
    expect(maskText('13812345678 13987654321')).toBe('138****5678 139****4321');
  });

  test('judges check digits', () => {
    expect(isIdNumber('11010519491231002X')).toBe(true);
    expect(isIdNumber('110105194912310021')).toBe(false);
    expect(isIdNumber('11010519491331002X')).toBe(false);
    expect(isBankCard('4111111111111111')).toBe(true);
    expect(isBankCard('1111111111111117')).toBe(false);
  });

  test('leaves no mobile number readable wherever it stands', () => {
    const around = fc.string({ unit: fc.constantFrom('电', '话', ' ', ',', '：', 'a', '。', '\n') });
    fc.assert(
      fc.property(around, fc.stringMatching(/^1[3-9]\d{9}$/), around, (before, phone, after) => {
        fc.pre(!/[A-Za-z]$/.test(before) && !/^[A-Za-z]/.test(after));
        expect(maskText(before + phone + after)).not.toContain(phone);
      }),
    );
  });
});

describe('scrubbing', () => {
  test('drops properties that name a person by key or by value, at any depth, and counts them', () => {
    expect(
      scrub({
        order_id: 'A1',
        amount_fen: 13_812_345_678,
        phone: 'x',
        receiverName: '张三',
        note: '打13812345678',
        contact: { email: 'a@b.cn', city: '深圳' },
        lines: [{ sku: 'S1', remark: '6222021234567890128' }, '13812345678'],
        mobile_number: 13_812_345_678,
      }),
    ).toEqual({
      properties: {
        order_id: 'A1',
        amount_fen: 13_812_345_678,
        contact: { city: '深圳' },
        lines: [{ sku: 'S1' }],
      },
      dropped: 7,
    });
  });

  test('keeps order numbers whose check digit happens to fit a card', () => {
    expect(scrub({ order_no: '4111111111111111', value: '4111111111111111' })).toEqual({
      properties: { order_no: '4111111111111111' },
      dropped: 1,
    });
  });

  test('survives hostile keys and bottomless nesting', () => {
    const hostile = JSON.parse('{"__proto__": {"polluted": true}, "constructor": 1}') as Record<string, unknown>;
    scrub(hostile);
    expect(({} as { polluted?: boolean }).polluted).toBeUndefined();
    let deep: Record<string, unknown> = { phone: '13812345678' };
    for (let i = 0; i < 50; i += 1) deep = { deep };
    expect(JSON.stringify(scrub(deep).properties)).not.toContain('138');
  });

  test('lets no mobile number through, whatever the shape', () => {
    const phone = '13812345678';
    fc.assert(
      fc.property(fc.jsonValue({ maxDepth: 4 }), fc.constantFrom('a', 'note', 'text', 'x_id'), (value, key) => {
        const nested = { [key]: phone, other: { value, list: [value, phone] } };
        expect(JSON.stringify(scrub(nested).properties)).not.toContain(phone);
      }),
    );
  });
});
