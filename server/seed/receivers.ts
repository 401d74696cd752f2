import { regions } from './brand.ts';
import type { Person } from './population.ts';
import type { Random } from './random.ts';

const stores = regions.flatMap((region) => region.stores);
const estates = ['阳光花园', '翠苑小区', '锦绣名城', '滨江一号', '绿地新都', '云溪里', '金色家园', '春江郦城'];

/** To whom parcels go; the same person always lives at the same place. */
export function receiverOf(random: Random, person: Pick<Person, 'id' | 'name' | 'phone' | 'storeIndex'>) {
  const home = stores[person.storeIndex % stores.length];
  const [, province = '', city = '', district = '', street = ''] = home ?? [];
  const atWork = random.chance(0.1);
  return {
    name: person.name,
    phone: person.phone,
    province,
    city,
    district,
    address: atWork
      ? `${street}${(person.id % 80) + 1}号写字楼${(person.id % 20) + 3}层前台`
      : `${street}${(person.id % 300) + 1}号${estates[person.id % estates.length] ?? ''}${(person.id % 18) + 1}幢${(person.id % 26) + 1}0${(person.id % 4) + 1}室`,
  };
}
