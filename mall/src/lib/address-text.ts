interface Place {
  readonly province: string;
  readonly city: string;
  readonly district: string;
  readonly street: string;
}

/** An address in one line; a city that is its own province (上海市) is said once. */
export function addressText({ province, city, district, street }: Place): string {
  return `${province}${city === province ? '' : city}${district} ${street}`;
}
