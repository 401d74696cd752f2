import fc from 'fast-check';
import { describe, expect, test } from 'vitest';

import { mask, maskAddress, maskEmail, maskIdentifier, maskName, maskPhone } from '#platform/personal-data-mask';
import type { PersonalKind } from '#platform/personal-data-mask';

describe('the masking table', () => {
  test.each<[PersonalKind, string, string]>([
    ['phone', '13812345678', '138****5678'],
    ['phone', '+8613812345678', '138****5678'],
    ['phone', '+86 138-1234-5678', '138****5678'],
    ['phone', '１３８１２３４５６７８', '138****5678'],
    ['phone', '+85291231234', '+852 ****1234'],
    ['phone', '+14155552671', '+1 ****2671'],
    ['phone', '02112345678', '****5678'],
    ['phone', '9512345', '****45'],
    ['phone', '110', '****'],
    ['name', '张三', '张*'],
    ['name', '张三丰', '张**'],
    ['name', '欧阳娜娜', '欧**'],
    ['name', '张', '*'],
    ['name', 'Lily', 'L***'],
    ['name', 'L', '*'],
    ['name', '阿布都热西提·买买提', '阿**'],
    ['name', '𠮷田', '𠮷*'],
    ['name', '👨‍👩‍👧家庭', '👨‍👩‍👧***'],
    ['id_number', '11010519491231002X', '**************002X'],
    ['id_number', '11010519491231002x', '**************002X'],
    ['bank_card', '6222 0212 3456 6789', '**** 6789'],
    ['email', 'zhangsan@qq.com', 'z***@qq.com'],
    ['email', 'z@qq.com', '***@qq.com'],
    ['email', 'nonsense', '***'],
    ['address', '广东省深圳市南山区科技园路1号', '广东省深圳市南山区****'],
    ['address', '上海市浦东新区世纪大道100号', '上海市浦东新区****'],
    ['address', '北京朝阳区建国路93号', '北京朝阳区****'],
    ['address', '新疆维吾尔自治区伊犁哈萨克自治州伊宁市解放路', '新疆维吾尔自治区伊犁哈萨克自治州伊宁市****'],
    ['address', '江苏省苏州市昆山市玉山镇', '江苏省苏州市昆山市****'],
    ['address', '广东省深圳市幸福小区3栋', '广东省深圳市****'],
    ['address', '幸福小区3栋201', '****'],
    ['birthday', '1990-05-12', '****-05-12'],
    ['identifier', 'oX3aBCDEFGHIJKL9fQe', 'oX3a…9fQe'],
    ['identifier', 'short', '****'],
    ['plate', '粤B12345', '粤B·***45'],
    ['plate', '粤B·D12345', '粤B·***45'],
    ['ip', '203.0.113.77', '203.0.113.0/24'],
    ['ip', '::ffff:203.0.113.77', '203.0.113.0/24'],
    ['ip', '2001:db8:1:2::9', '2001:db8:1::/48'],
    ['ip', '::1', '0:0:0::/48'],
    ['location', '22.543096,113.946412', '22.54,113.95'],
    ['text', '电话13812345678，加微信', '电话138****5678，加微信'],
    ['text', '身份证11010519491231002X', '身份证**************002X'],
    ['text', '写信到zhangsan@qq.com', '写信到***@qq.com'],
    ['text', '尺码170，预算2999元', '尺码170，预算2999元'],
  ])('%s %s is shown as %s', (kind, plain, shown) => {
    expect(mask(kind, plain)).toBe(shown);
  });
});

const digitsOf = (text: string) => text.replaceAll(/\D/g, '');

describe('a mask never shows more than it may', () => {
  test('of a phone: at most seven digits of a mainland mobile, four of others, none of very short ones', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^\d{1,20}$/), (phone) => {
        const shown = maskPhone(phone);
        expect(shown).not.toBe(phone);
        expect(shown).toContain('****');
        const local = digitsOf(shown.startsWith('+') ? shown.slice(shown.indexOf(' ')) : shown);
        const mobile = /^\d{3}\*{4}\d{4}$/.test(shown);
        expect(local.length).toBeLessThanOrEqual(mobile ? 7 : 4);
        if (!mobile) expect(local.length).toBeLessThan(Math.max(phone.length, 1));
      }),
    );
  });

  test('of a name: one character, whatever the script, and never the whole', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme', minLength: 1 }), (name) => {
        const shown = maskName(name);
        const [first, ...others] = Array.from(new Intl.Segmenter('zh').segment(name.trim()), ({ segment }) => segment);
        // A name of stars alone has nothing to hide.
        fc.pre(first !== undefined && [first, ...others].some((character) => character !== '*'));
        expect(others.length === 0 ? ['*'] : ['*', '**', '***'].map((stars) => `${first}${stars}`)).toContain(shown);
      }),
    );
  });

  test('of an e-mail: one character of its local part', () => {
    fc.assert(
      fc.property(fc.emailAddress(), (email) => {
        const shown = maskEmail(email);
        const local = email.slice(0, email.lastIndexOf('@'));
        expect(shown.slice(0, shown.lastIndexOf('@')).replaceAll('*', '').length).toBeLessThanOrEqual(1);
        if (local.length > 1) expect(shown).not.toContain(local);
      }),
    );
  });

  test('of an identifier: at most half of it', () => {
    fc.assert(
      fc.property(fc.stringMatching(/^[A-Za-z0-9_-]{1,40}$/), (identifier) => {
        const shown = maskIdentifier(identifier).replaceAll(/[…*]/g, '');
        expect(shown.length * 2).toBeLessThanOrEqual(Math.max(identifier.length, 0));
      }),
    );
  });

  test('of an address: nothing with a digit, so no street number and no flat', () => {
    fc.assert(
      fc.property(
        fc.constantFrom('广东省深圳市南山区', '上海市浦东新区', '', '浙江省杭州市'),
        fc.string({ unit: fc.constantFrom('科', '技', '路', '号', '1', '2', '栋', '小', '区', ' ', '室') }),
        (start, rest) => {
          expect(maskAddress(start + rest)).not.toMatch(/\d/);
        },
      ),
    );
  });
});
