import { expect, test } from 'vitest';

import { splitAddress } from './split-address.ts';

test.each([
  ['浙江省 杭州市 西湖区 文三路 1 号', ['浙江省', '杭州市', '西湖区', '文三路 1 号']],
  ['广东深圳市福田区深南路 1 号', ['广东', '深圳市', '福田区', '深南路 1 号']],
  ['北京市朝阳区建国路 88 号', ['北京市', '北京市', '朝阳区', '建国路 88 号']],
  ['上海 上海市 浦东新区 世纪大道', ['上海', '上海市', '浦东新区', '世纪大道']],
  ['云南省大理白族自治州大理市人民路', ['云南省', '大理白族自治州', '大理市', '人民路']],
  ['新疆维吾尔自治区乌鲁木齐市天山区', ['新疆维吾尔自治区', '乌鲁木齐市', '天山区', '']],
  ['12 Baker Street', ['', '', '', '12 Baker Street']],
])('splits %s', (address, [province, city, district, street]) => {
  expect(splitAddress(address)).toEqual({ province, city, district, street });
});
