import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

import { chosenSku, firstChoice, isReachable, specValues } from './choose-sku.ts';
import { contrast, readableOn, readableText, tint } from './colour.ts';
import { offWords, termsOfRule } from './coupon-words.ts';
import { priceRows, savedFen } from './explain-price.ts';
import { formatCount, formatFen, formatFenShort, formatOffBps, priceParts } from './money.ts';
import { formatPhone } from './phone.ts';
import { formatLeft } from './when.ts';

describe('money on screen', () => {
  it.each([
    [0, '¥0.00'],
    [5, '¥0.05'],
    [1_248_000, '¥12,480.00'],
    [12_345_678_99, '¥12,345,678.99'],
    [-3050, '−¥30.50'],
  ])('%i fen is %s', (fen, words) => expect(formatFen(fen)).toBe(words));
  it('leaves out cents that are zero where space is short', () => {
    expect(formatFenShort(3000)).toBe('¥30');
    expect(formatFenShort(3050)).toBe('¥30.50');
    expect(formatFenShort(100_000)).toBe('¥1,000');
  });
  it('loses no fen', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1e12, max: 1e12 }), (fen) => {
        const { whole, cents, minus } = priceParts(fen);
        expect((minus ? -1 : 1) * (Number(whole.replaceAll(',', '')) * 100 + Number(cents))).toBe(fen === 0 ? 0 : fen);
      }),
    );
  });
  it('counts in 万 in Chinese and in thousands in English', () => {
    expect(formatCount(12_480, 'zh-CN')).toBe('1.2 万');
    expect(formatCount(12_480, 'en')).toBe('12.4k');
    expect(formatCount(9_999, 'zh-CN')).toBe('9,999');
  });
  it('calls 15 % off 8.5 折 in Chinese', () => {
    expect(formatOffBps(1500, 'zh-CN')).toBe('8.5 折');
    expect(formatOffBps(1500, 'en')).toBe('15% off');
  });
  it('reads the terms of a coupon from its rule', () => {
    const terms = termsOfRule('amount_off', {
      steps: [
        { thresholdFen: 10_000, offFen: 1000 },
        { thresholdFen: 20_000, offFen: 3000 },
      ],
    });
    expect(terms).toMatchObject({ thresholdFen: 20_000, offFen: 3000 });
    expect(offWords(terms, 'zh-CN')).toBe('¥30');
    expect(offWords(termsOfRule('percent_off', { offBps: 1000 }), 'zh-CN')).toBe('9 折');
  });
});

describe('the price explained', () => {
  const price = {
    listFen: 12_000,
    saleFen: 10_000,
    limitedFen: 9000,
    memberFen: 9500,
    payFen: 9000,
    kind: 'limited' as const,
  };
  it('shows every price that exists and marks the one that is paid', () => {
    expect(priceRows(price).map(({ kind, isPaid }) => [kind, isPaid])).toEqual([
      ['list', false],
      ['sale', false],
      ['limited', true],
      ['member', false],
    ]);
    expect(savedFen(price)).toBe(3000);
  });
  it('does not praise a list price that is not higher', () => {
    const plain = {
      ...price,
      listFen: 10_000,
      limitedFen: null,
      memberFen: null,
      payFen: 10_000,
      kind: 'sale' as const,
    };
    expect(priceRows(plain)).toEqual([{ kind: 'sale', amountFen: 10_000, isPaid: true }]);
    expect(savedFen(plain)).toBe(0);
  });
});

describe('choosing a SKU', () => {
  const sku = (colour: string, size: string, payFen: number, available: number) => ({
    skuId: `${colour}-${size}`,
    code: '',
    spec: { 颜色: colour, 尺码: size },
    pictureUrl: null,
    price: { listFen: payFen, saleFen: payFen, limitedFen: null, memberFen: null, payFen, kind: 'sale' as const },
    available,
  });
  const skus = [sku('红', 'S', 100, 0), sku('红', 'L', 120, 3), sku('蓝', 'S', 110, 5)];
  const names = ['颜色', '尺码'];
  it('starts with the cheapest in stock', () => {
    expect(firstChoice(skus, names)).toEqual({ 颜色: '蓝', 尺码: 'S' });
  });
  it('finds the SKU only when everything is chosen', () => {
    expect(chosenSku(skus, names, { 颜色: '红' })).toBeUndefined();
    expect(chosenSku(skus, names, { 颜色: '红', 尺码: 'L' })?.skuId).toBe('红-L');
    expect(chosenSku(skus.slice(0, 1), [], {})?.skuId).toBe('红-S');
  });
  it('knows which values lead to stock', () => {
    expect(specValues(skus, '尺码')).toEqual(['S', 'L']);
    expect(isReachable(skus, { 颜色: '红' }, '尺码', 'S')).toBe(false);
    expect(isReachable(skus, { 颜色: '蓝' }, '尺码', 'S')).toBe(true);
  });
});

describe('the theme', () => {
  const colour = fc.integer({ min: 0, max: 0xffffff }).map((value) => `#${value.toString(16).padStart(6, '0')}`);
  it('stays readable whatever colour the console chose', () => {
    fc.assert(
      fc.property(colour, (chosen) => {
        expect(contrast(readableOn(chosen), chosen)).toBeGreaterThanOrEqual(4);
        const soft = tint(chosen, 0.1);
        expect(contrast(readableText(chosen, soft), soft)).toBeGreaterThanOrEqual(4.5);
      }),
    );
  });
  it('agrees with WCAG on black and white', () => {
    expect(contrast('#000000', '#ffffff')).toBeCloseTo(21, 5);
  });
});

describe('small words', () => {
  it('groups a Chinese mobile number and leaves others alone', () => {
    expect(formatPhone('+8613812345678')).toBe('138 1234 5678');
    expect(formatPhone('+4915112345678')).toBe('+4915112345678');
  });
  it('counts down and stops at zero', () => {
    expect(formatLeft(1799.4)).toBe('29:59');
    expect(formatLeft(3900)).toBe('1:05:00');
    expect(formatLeft(-5)).toBe('00:00');
  });
});
