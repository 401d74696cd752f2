import { expect, test } from 'vitest';

import { parseAddress } from './parse-address.ts';

const home = { province: '浙江省', city: '杭州市', district: '西湖区' };

test.each([
  [
    '林小满 19900001234 浙江省杭州市西湖区文三路1号2室',
    { name: '林小满', phone: '19900001234', ...home, street: '文三路1号2室' },
  ],
  [
    '浙江省杭州市西湖区文三路1号2室，林小满，19900001234',
    { name: '林小满', phone: '19900001234', ...home, street: '文三路1号2室' },
  ],
  [
    '收货人：林小满\n手机号码：199-0000-1234\n所在地区：浙江省 杭州市 西湖区\n详细地址：文三路1号2室',
    { name: '林小满', phone: '19900001234', ...home, street: '文三路1号2室' },
  ],
  [
    '19900001234浙江杭州市西湖区文三路1号 林小满',
    { name: '林小满', phone: '19900001234', ...home, street: '文三路1号' },
  ],
  [
    '+86 199 0000 1234 林小满 浙江省杭州市西湖区文三路1号',
    { name: '林小满', phone: '19900001234', ...home, street: '文三路1号' },
  ],
  [
    '王芳 19900001234 上海市上海市浦东新区世纪大道100号',
    {
      name: '王芳',
      phone: '19900001234',
      province: '上海市',
      city: '上海市',
      district: '浦东新区',
      street: '世纪大道100号',
    },
  ],
  [
    '王芳 19900001234 北京朝阳区建国路8号',
    { name: '王芳', phone: '19900001234', province: '北京市', city: '北京市', district: '朝阳区', street: '建国路8号' },
  ],
  [
    '阿不都 19900001234 新疆伊犁哈萨克自治州伊宁市解放路9号',
    {
      name: '阿不都',
      phone: '19900001234',
      province: '新疆维吾尔自治区',
      city: '伊犁哈萨克自治州',
      district: '伊宁市',
      street: '解放路9号',
    },
  ],
  [
    '江苏省苏州市昆山市前进路1号',
    { name: '', phone: '', province: '江苏省', city: '苏州市', district: '昆山市', street: '前进路1号' },
  ],
  ['你好', { name: '你好', phone: '', province: '', city: '', district: '', street: '' }],
])('%s', (text, parsed) => {
  expect(parseAddress(text)).toEqual(parsed);
});

test('never throws and never invents a phone, whatever is pasted', () => {
  for (const text of ['', '   ', '1'.repeat(500), '省市区', '1990000123', 'a\u0000b', '浙江省浙江省浙江省']) {
    expect(parseAddress(text).phone).toBe('');
  }
});
