import { describe, expect, it } from 'vitest';

import { parseHash } from '../platform/h5-history.ts';
import { emptyAddress, mergeParsed, missingFields } from './address-form.ts';
import { addressText } from './address-text.ts';
import { mergeCookies } from './cookies.ts';
import { isFresh, noteChange } from './freshness.ts';
import { pageOfLink } from './link.ts';
import { readRecent, rememberWords } from './recent-words.ts';
import { shareTree } from './share-tree.ts';
import { parseTrace, rememberTrace, traceStillGood } from './trace.ts';
import { newUuid } from './uuid.ts';

const day = 24 * 3_600_000;

describe('who brought the visitor', () => {
  it('is the last one whose link was opened', () => {
    const first = rememberTrace(null, 'abc', 1000);
    expect(rememberTrace(first, 'def', 2000)).toEqual({ code: 'def', at: 2000 });
  });
  it('is not forgotten by opening a page without a code, or with a malformed one', () => {
    const first = rememberTrace(null, 'abc', 1000);
    expect(rememberTrace(first, undefined, 2000)).toEqual({ code: 'abc', at: 1000 });
    expect(rememberTrace(first, '<script>', 2000)).toEqual({ code: 'abc', at: 1000 });
  });
  it('is forgotten after thirty days', () => {
    const first = rememberTrace(null, 'abc', 0);
    expect(traceStillGood(first, 30 * day)).toEqual(first);
    expect(traceStillGood(first, 30 * day + 1)).toBeNull();
  });
  it('is nobody when what was stored is damaged', () => {
    for (const stored of [null, '', '{', '1', '{"code":1,"at":2}', '{"code":"a b","at":2}'])
      expect(parseTrace(stored)).toBeNull();
    expect(parseTrace('{"code":"a-b_1","at":2}')).toEqual({ code: 'a-b_1', at: 2 });
  });
});

describe('addresses of pages', () => {
  it('come from a short link with its trace code', () => {
    expect(parseHash('#/pages/product/index?id=1&t=xyz')).toEqual({
      page: 'pages/product/index',
      params: { id: '1', t: 'xyz' },
    });
  });
  it('lead home when they are not ours', () => {
    expect(parseHash('#/../../etc').page).toBe('pages/home/index');
    expect(parseHash('').page).toBe('pages/home/index');
  });
  it('are made from the links set in the console', () => {
    expect(pageOfLink('product/a-1')).toBe('pages/product/index?id=a-1');
    expect(pageOfLink('category/7')).toBe('pages/category/index?id=7');
    expect(pageOfLink('search?q=茶')).toBe('pages/search/index?q=茶');
    expect(pageOfLink('coupons')).toBe('pages/coupons/index');
    expect(pageOfLink('https://elsewhere.example')).toBeNull();
    expect(pageOfLink('')).toBeNull();
  });
});

describe('what is kept on the device', () => {
  it('is the words searched last, each once, ten at most', () => {
    expect(rememberWords(['茶', '杯'], '杯')).toEqual(['杯', '茶']);
    expect(
      rememberWords(
        Array.from({ length: 10 }, (_, at) => String(at)),
        'x',
      ),
    ).toHaveLength(10);
    expect(readRecent('{"a":1}')).toEqual([]);
    expect(readRecent('oops')).toEqual([]);
  });
  it('is the cookies of the server, in a mini-program that has none', () => {
    const kept = mergeCookies('', ['a=1; Path=/; HttpOnly', 'b=2; Max-Age=60']);
    expect(kept).toBe('a=1; b=2');
    expect(mergeCookies(kept, ['a=; Max-Age=0', 'c=x=y'])).toBe('b=2; c=x=y');
  });
});

describe('the address form', () => {
  it('says a city that is its own province once', () => {
    expect(addressText({ province: '上海市', city: '上海市', district: '浦东新区', street: '世纪大道 100 号' })).toBe(
      '上海市浦东新区 世纪大道 100 号',
    );
  });
  it('names what is missing and does without a district', () => {
    expect(missingFields(emptyAddress)).toEqual(['name', 'phone', 'province', 'city', 'street']);
    const full = {
      ...emptyAddress,
      name: '李',
      phone: '13800138000',
      province: '浙江省',
      city: '杭州市',
      street: '文三路 1 号',
    };
    expect(missingFields(full)).toEqual([]);
  });
  it('takes over what was recognised and keeps the rest', () => {
    const form = { ...emptyAddress, name: '李', isDefault: true };
    expect(mergeParsed(form, { name: '', phone: '13800138000' })).toEqual({ ...form, phone: '13800138000' });
  });
});

describe('the tree of shares', () => {
  const share = (traceId: string, parentTraceId: string | null) => ({
    traceId,
    parentTraceId,
    code: traceId,
    depth: 0,
    sharedKind: 'mall' as const,
    sharedId: '',
    createdAt: '2026-11-24T00:00:00Z',
    children: 0,
    visitors: 0,
    registrations: 0,
    orders: 0,
    amountMinor: 0,
  });
  it('hangs each below its parent and loses none', () => {
    const tree = shareTree([share('a', null), share('b', 'a'), share('c', 'unknown'), share('d', 'b')]);
    expect(tree.map(({ share: each }) => each.traceId)).toEqual(['a', 'c']);
    expect(tree[0]?.below[0]?.below[0]?.share.traceId).toBe('d');
  });
});

it('asks again after three seconds, or once something was changed', () => {
  expect(isFresh(undefined, 1000)).toBe(false);
  expect(isFresh(1000, 3900)).toBe(true);
  expect(isFresh(1000, 4000)).toBe(false);
  noteChange(1500);
  expect(isFresh(1000, 1600)).toBe(false);
  expect(isFresh(1600, 1700)).toBe(true);
});

it('names a checkout by a well-formed random UUID', () => {
  expect(newUuid()).toMatch(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/);
  expect(newUuid()).not.toBe(newUuid());
});
