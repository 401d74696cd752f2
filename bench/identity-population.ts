import type { Evidence } from '../server/modules/customers/evidence.ts';
import type { IdentifierRef } from '../server/platform/log/event.ts';

/** Evidence of a made-up town and who each identifier really belongs to, by `kind scope value`. */
export interface IdentityTruth {
  readonly evidence: Evidence[];
  readonly personOf: ReadonlyMap<string, string>;
}

/** How a truth names an identifier. */
export function truthKey({ kind, scope, value }: IdentifierRef): string {
  return `${kind} ${scope} ${value}`;
}

interface Person {
  readonly name: string;
  readonly household: Person[];
  readonly phones: { readonly ref: IdentifierRef; readonly from: number; readonly to: number }[];
  readonly devices: IdentifierRef[];
  readonly channels: ReadonlySet<keyof typeof sources>;
  readonly store: number;
  readonly id: number;
}

const sources = { tmall: 1, douyin: 2, mini: 3, store: 4, wecom: 5, web: 6 } as const;

/**
 * A town of people with several identities each over Tmall, Douyin, a mini-program, stores, WeCom and a web shop: couples who share a
 * phone, phones that change hands, tills where a clerk types their own number or mistypes, shop tablets, one card for passers-by.
 */
export function generatePopulation({
  customers,
  months,
  seed,
}: {
  customers: number;
  months: number;
  seed: number;
}): IdentityTruth {
  const town = new Town(customers, months * 30, seed);
  return { evidence: town.live(), personOf: town.personOf };
}

function accountOn(channel: keyof typeof sources, id: number): IdentifierRef {
  switch (channel) {
    case 'tmall':
    case 'douyin':
      return { kind: 'buyer_id', scope: channel, value: `${channel}${id}a` };
    case 'mini':
      return { kind: 'openid', scope: 'mini', value: `o${id}` };
    case 'store':
      return { kind: 'member_no', scope: 'brand', value: `M${id}` };
    case 'wecom':
      return { kind: 'external_userid', scope: 'corp', value: `w${id}` };
    case 'web':
      return { kind: 'email', scope: '', value: `person${id}@mail.cn` };
    default:
      return channel satisfies never;
  }
}

class Town {
  readonly personOf = new Map<string, string>();
  readonly #people: Person[] = [];
  readonly #evidence: Evidence[] = [];
  readonly #days: number;
  readonly #stores: number;
  #state: number;

  constructor(customers: number, days: number, seed: number) {
    this.#days = days;
    this.#stores = Math.max(3, Math.floor(customers / 1_500));
    this.#state = seed >>> 0 || 1;
    for (let id = 0; id < customers; id += 1) this.#people.push(this.#born(id));
    for (let id = 1; id < customers; id += 1) if (this.#chance(0.18)) this.#marry(id - 1, id);
    for (let count = Math.floor(customers * 0.02); count > 0; count -= 1) this.#recycle();
  }

  /** xorshift32: the same town for the same seed. */
  #random(): number {
    this.#state ^= this.#state << 13;
    this.#state ^= this.#state >>> 17;
    this.#state ^= this.#state << 5;
    this.#state >>>= 0;
    return this.#state / 4_294_967_296;
  }
  #chance = (share: number) => this.#random() < share;
  #below = (bound: number) => Math.floor(this.#random() * bound);

  #own(ref: IdentifierRef, owner: string): IdentifierRef {
    this.personOf.set(truthKey(ref), owner);
    return ref;
  }

  #born(id: number): Person {
    const name = `p${id}`;
    const number = (offset: number) => `199${String(id * 3 + offset).padStart(8, '0')}`.slice(0, 11);
    const changes = this.#chance(0.08) ? 30 + this.#below(Math.max(1, this.#days - 60)) : Infinity;
    const phone = (offset: number, from: number, to: number) => ({
      ref: this.#own({ kind: 'phone', scope: '', value: number(offset) }, name),
      from,
      to,
    });
    return {
      name,
      id,
      household: [],
      phones: changes === Infinity ? [phone(1, 0, Infinity)] : [phone(1, 0, changes), phone(2, changes - 5, Infinity)],
      devices: Array.from({ length: 1 + this.#below(2) }, (_, n) =>
        this.#own({ kind: 'device', scope: '', value: `d${id}-${n}` }, name),
      ),
      channels: new Set(
        (['tmall', 'douyin', 'mini', 'store', 'wecom', 'web'] as const).filter((channel) =>
          this.#chance({ tmall: 0.5, douyin: 0.35, mini: 0.6, store: 0.45, wecom: 0.25, web: 0.2 }[channel]),
        ),
      ),
      store: this.#below(this.#stores),
    };
  }

  #marry(one: number, other: number): void {
    const [a, b] = [this.#people[one], this.#people[other]];
    if (!a || !b || a.household.length > 0) return;
    a.household.push(b);
    b.household.push(a);
  }

  /** Somebody's given-up number becomes, after half a year, somebody else's second number. */
  #recycle(): void {
    const [giver, taker] = [
      this.#people[this.#below(this.#people.length)],
      this.#people[this.#below(this.#people.length)],
    ];
    const [old] = giver?.phones ?? [];
    if (!old || !taker || taker === giver || old.to === Infinity) return;
    const from = old.to + 120 + this.#below(60);
    if (from > this.#days - 20 || taker.phones.length > 1) return;
    taker.phones.push({ ref: old.ref, from, to: Infinity });
    this.#own(old.ref, taker.name);
  }

  live(): Evidence[] {
    for (const person of this.#people) {
      const channels = [...person.channels];
      if (channels.length === 0) continue;
      const days = Array.from({ length: channels.length + 1 + this.#below(12) }, () => this.#below(this.#days));
      for (const [turn, day] of days.toSorted((x, y) => x - y).entries()) {
        // Whoever comes to a channel for the first time usually signs up, and that takes their own phone.
        const isFirst = turn < channels.length;
        const channel = channels[isFirst ? turn : this.#below(channels.length)] ?? 'mini';
        if (isFirst && this.#chance(0.9)) this.#signUp(person, channel, day);
        else this.#act(person, channel, day);
      }
    }
    return this.#evidence.toSorted((x, y) => x.at.getTime() - y.at.getTime());
  }

  #signUp(person: Person, channel: keyof typeof sources, day: number): void {
    const phone = this.#phone(person, day);
    const account = this.#own(accountOn(channel, person.id), person.name);
    const extra = {
      tmall: [],
      douyin: [],
      mini: [this.#union(person), this.#device(person)],
      store: [],
      wecom: [this.#union(person)],
      web: [this.#device(person)],
    }[channel];
    this.#report(channel, day, 'sign_in', [account, phone, ...extra]);
  }

  #union(person: Person): IdentifierRef {
    return this.#own({ kind: 'unionid', scope: 'wx', value: `u${person.id}` }, person.name);
  }

  #act(person: Person, channel: string, day: number): void {
    if (channel === 'tmall' || channel === 'douyin') this.#marketplace(person, channel, day);
    else if (channel === 'mini') this.#miniProgram(person, day);
    else if (channel === 'store') this.#store(person, day);
    else if (channel === 'wecom') this.#wecom(person, day);
    else this.#web(person, day);
  }

  #report(
    channel: keyof typeof sources,
    day: number,
    cause: string,
    identifiers: IdentifierRef[],
    claimed = false,
  ): void {
    const at = new Date(Date.UTC(2025, 0, 1 + day, 8 + this.#below(12), this.#below(60)));
    this.#evidence.push({ tenantId: 1, identifiers, at, sourceId: sources[channel], cause, claimed });
  }

  #phone(person: Person, day: number): IdentifierRef {
    const held = person.phones.filter(({ from, to }) => day >= from && day <= to);
    return (held.at(-1) ?? person.phones[0])?.ref ?? { kind: 'phone', scope: '', value: '' };
  }

  #relative(person: Person): Person {
    return person.household[0] ?? person;
  }

  #marketplace(person: Person, shop: 'tmall' | 'douyin', day: number): void {
    const account = person.id % 40 === 0 && this.#chance(0.3) ? 'b' : 'a';
    const buyer = this.#own({ kind: 'buyer_id', scope: shop, value: `${shop}${person.id}${account}` }, person.name);
    if (this.#chance(0.06)) return this.#report(shop, day, 'order', [buyer]);
    if (this.#chance(0.05)) {
      // A present: the parcel's phone is the receiver's.
      const friend = this.#people[this.#below(this.#people.length)] ?? person;
      const { value } = this.#phone(friend, day);
      return this.#report(shop, day, 'order', [buyer, { kind: 'receiver_phone', scope: '', value }]);
    }
    const payer = this.#chance(0.04) ? this.#relative(person) : person;
    this.#report(shop, day, 'order', [buyer, this.#phone(payer, day)]);
  }

  #miniProgram(person: Person, day: number): void {
    const union = this.#own({ kind: 'unionid', scope: 'wx', value: `u${person.id}` }, person.name);
    const open = this.#own({ kind: 'openid', scope: 'mini', value: `o${person.id}` }, person.name);
    const device = this.#device(person);
    if (this.#chance(0.45)) return this.#report('mini', day, 'event', [open, union, device]);
    this.#report('mini', day, 'sign_in', [
      open,
      union,
      this.#phone(this.#chance(0.04) ? this.#relative(person) : person, day),
      device,
    ]);
  }

  #store(person: Person, day: number): void {
    const member = this.#own({ kind: 'member_no', scope: 'brand', value: `M${person.id}` }, person.name);
    const chance = this.#random();
    if (chance < 0.015) {
      const clerk = this.#own(
        { kind: 'phone', scope: '', value: `1980000${String(person.store).padStart(4, '0')}` },
        `clerk${person.store}`,
      );
      return this.#report('store', day, 'order', [member, clerk]);
    }
    if (chance < 0.03) {
      const card = this.#own(
        { kind: 'member_no', scope: 'brand', value: `WALKIN${person.store}` },
        `card${person.store}`,
      );
      return this.#report('store', day, 'order', [card, this.#phone(person, day)]);
    }
    if (chance < 0.042) {
      const wrong = this.#people[this.#below(this.#people.length)] ?? person;
      return this.#report('store', day, 'order', [member, this.#phone(wrong, day)]);
    }
    if (chance < 0.3) {
      const tablet = this.#own({ kind: 'device', scope: '', value: `tablet${person.store}` }, `tablet${person.store}`);
      return this.#report('store', day, 'event', [member, tablet]);
    }
    this.#report('store', day, 'order', [
      member,
      this.#phone(this.#chance(0.06) ? this.#relative(person) : person, day),
    ]);
  }

  #wecom(person: Person, day: number): void {
    const external = this.#own({ kind: 'external_userid', scope: 'corp', value: `w${person.id}` }, person.name);
    const union = this.#own({ kind: 'unionid', scope: 'wx', value: `u${person.id}` }, person.name);
    this.#report(
      'wecom',
      day,
      'contact',
      this.#chance(0.85) ? [external, union] : [external, this.#phone(person, day)],
    );
  }

  #web(person: Person, day: number): void {
    const email = this.#own({ kind: 'email', scope: '', value: `person${person.id}@mail.cn` }, person.name);
    const device = this.#device(person);
    if (this.#chance(0.5)) return this.#report('web', day, 'event', [device]);
    this.#report('web', day, 'identify', [device, email, this.#phone(person, day)]);
  }

  #device(person: Person): IdentifierRef {
    const owner = this.#chance(0.03) ? this.#relative(person) : person;
    return owner.devices[this.#below(owner.devices.length)] ?? { kind: 'device', scope: '', value: `d${person.id}-0` };
  }
}
