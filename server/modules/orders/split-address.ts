const provinces =
  '北京|天津|上海|重庆|河北|山西|辽宁|吉林|黑龙江|江苏|浙江|安徽|福建|江西|山东|河南|湖北|湖南|广东|海南|四川|贵州|云南|陕西|甘肃|青海|台湾|内蒙古|广西|西藏|宁夏|新疆|香港|澳门';
const provincePattern = new RegExp(
  `^(?:中国)?((?:${provinces})(?:省|市|壮族自治区|回族自治区|维吾尔自治区|自治区|特别行政区)?)\\s*`,
);
const cityPattern = /^([^\s\d]{1,10}?(?:市|自治州|地区|盟|州(?!市)))\s*/;
const districtPattern = /^([^\s\d]{1,12}?(?:自治县|自治旗|新区|区|县|旗|市))\s*/;
const municipality = /^(?:北京|天津|上海|重庆)/;

export interface AddressParts {
  readonly province: string;
  readonly city: string;
  readonly district: string;
  /** What is left: street, house, room. */
  readonly street: string;
}

/** Splits a Chinese address as platforms write it, with or without spaces, into its levels; what is not recognised stays in `street`. */
export function splitAddress(address: string): AddressParts {
  let rest = address.trim();
  const take = (pattern: RegExp): string => {
    const match = pattern.exec(rest);
    if (!match) return '';
    rest = rest.slice(match[0].length);
    return match[1] ?? '';
  };
  const province = take(provincePattern);
  const city = municipality.test(province) && !rest.startsWith(province.slice(0, 2)) ? province : take(cityPattern);
  const district = province === '' ? '' : take(districtPattern);
  return { province, city, district, street: rest.trim() };
}
