import { normalisePhone } from '#platform/personal-data';

/** A pasted text taken apart; what was not recognised is empty. */
export interface ParsedAddress {
  readonly name: string;
  readonly phone: string;
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly street: string;
}

const labels =
  /(?:收货人|收件人|姓名|联系人|手机号码?|联系电话|电话|手机|所在地区|地区|详细地址|收货地址|地址|邮编)\s*[:：]?/g;
const phonePattern = /(?:\+?86[-\s]?)?1[3-9]\d[-\s]?\d{4}[-\s]?\d{4}(?!\d)/;
const landline = /0\d{2,3}-\d{7,8}(?!\d)/;
const municipalities: Readonly<Record<string, string>> = {
  北京: '北京市',
  天津: '天津市',
  上海: '上海市',
  重庆: '重庆市',
};
const provinces: Readonly<Record<string, string>> = {
  内蒙古: '内蒙古自治区',
  广西: '广西壮族自治区',
  西藏: '西藏自治区',
  宁夏: '宁夏回族自治区',
  新疆: '新疆维吾尔自治区',
  香港: '香港特别行政区',
  澳门: '澳门特别行政区',
  ...Object.fromEntries(
    '河北 山西 辽宁 吉林 黑龙江 江苏 浙江 安徽 福建 江西 山东 河南 湖北 湖南 广东 海南 四川 贵州 云南 陕西 甘肃 青海 台湾'
      .split(' ')
      .map((name) => [name, `${name}省`]),
  ),
};
const provincePattern = new RegExp(
  `(${[...Object.keys(municipalities), ...Object.keys(provinces)].join('|')})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?`,
);
const cityPattern = /^\s*([^\s\d,，]{1,10}?(?:自治州|地区|盟|市))/;
const districtPattern = /^\s*([^\s\d,，]{1,12}?(?:自治县|自治旗|新区|区|县|旗|市))/;
const streetWord = /[路街道巷弄号村镇乡栋幢座室楼苑园城\d]/;

/** Takes a pasted Chinese address apart, in any order of its parts, with or without labels and separators. */
export function parseAddress(text: string): ParsedAddress {
  let rest = text
    .normalize('NFKC')
    .replaceAll(labels, ' ')
    .replaceAll(/[\r\n\t;；]+/g, ' ');
  const phoneText = (phonePattern.exec(rest) ?? landline.exec(rest))?.[0] ?? '';
  if (phoneText !== '') rest = rest.replace(phoneText, ' , ');
  const phone = phoneText === '' ? '' : (normalisePhone(phoneText) ?? '').replace(/^\+86/, '');

  const start = provincePattern.exec(rest);
  const before = start ? rest.slice(0, start.index) : rest;
  const { province, city, district, tail } = start ? regionOf(start, rest) : { ...noRegion, tail: '' };
  const pieces = (part: string) =>
    part
      .split(/[,，、\s]+/)
      .map((piece) => piece.trim())
      .filter((piece) => piece !== '');
  const head = pieces(before);
  const after = pieces(tail);
  const isName = (piece: string) =>
    /^[\p{Script=Han}·]{2,5}$|^[A-Za-z][A-Za-z .]{1,30}$/u.test(piece) && !streetWord.test(piece);
  const named = head.find(isName) ?? (after.length > 1 ? after.findLast(isName) : undefined);
  const street = (start ? after : head).filter((piece) => piece !== named).join(' ');
  return { name: named ?? '', phone, province, city, district, street };
}

const noRegion = { province: '', city: '', district: '' };

function regionOf(start: RegExpExecArray, text: string) {
  const short = start[1] ?? '';
  let tail = text.slice(start.index + start[0].length);
  const take = (pattern: RegExp): string => {
    const found = pattern.exec(tail);
    if (!found) return '';
    tail = tail.slice(found[0].length);
    return found[1] ?? '';
  };
  const municipality = municipalities[short];
  const province = municipality ?? provinces[short] ?? short;
  if (municipality !== undefined) {
    // 北京市北京市朝阳区 and 北京市朝阳区 are the same.
    const again = new RegExp(`^\\s*(${short}市?|市辖区)`).exec(tail);
    if (again) tail = tail.slice(again[0].length);
  }
  const city = municipality ?? take(cityPattern);
  const district = take(districtPattern);
  return { province, city, district, tail };
}
