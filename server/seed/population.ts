import type { IdentifierRef } from '#platform/log/event';

import { personName } from './brand.ts';
import type { Random } from './random.ts';

export type Habit = 'loyal' | 'regular' | 'occasional' | 'once' | 'browser';

/** One real person of the demo, with everything by which shops may know them. */
export interface Person {
  readonly id: number;
  readonly name: string;
  readonly phone: string;
  readonly habit: Habit;
  /** Day (0 is the first of the story) on which they appear, and from which they are gone. */
  readonly fromDay: number;
  readonly untilDay: number;
  /** Day their baby was or will be born; null without one. */
  readonly babyDay: number | null;
  readonly storeIndex: number;
  readonly tmall: string | null;
  readonly douyin: string | null;
  /** Registered in the mini-program. */
  readonly member: { readonly no: string; readonly unionid: string; readonly openid: string } | null;
  readonly devices: readonly string[];
  /** Has told the marketplace to link the account with the membership. */
  readonly bindsTmall: boolean;
  readonly bindsDouyin: boolean;
}

export interface Population {
  readonly people: readonly Person[];
  /** Devices many people sign in on, and phones clerks type when a customer will not give theirs. */
  readonly tablets: readonly string[];
  readonly clerkPhones: readonly string[];
}

const hex = (random: Random, length: number) => Array.from({ length }, () => random.int(0, 15).toString(16)).join('');
const base62 = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';
const token = (random: Random, length: number) => Array.from({ length }, () => base62[random.int(0, 61)]).join('');

const habits: readonly (readonly [Habit, number])[] = [
  ['loyal', 8],
  ['regular', 22],
  ['occasional', 30],
  ['once', 28],
  ['browser', 12],
];

/** Numbers of a prefix that is not given to the public for voice calls, so that nobody's phone rings. */
const phoneOf = (index: number) => `1990${String(1_000_000 + index).padStart(7, '0')}`;

/**
 * People as shops really see them: some families share a phone, some numbers change hands, a few sign in on the shop's tablet.
 * Same seed, same people.
 */
export function populate(
  random: Random,
  { customers, days, stores }: { customers: number; days: number; stores: number },
): Population {
  const people: Person[] = [];
  let phones = 0;
  for (let id = 0; id < customers; id += 1) {
    const own = random.fork(`person-${id}`);
    const fromDay = Math.floor(days * own.next() ** 1.4 * 0.98);
    const recycled = own.chance(0.01) ? findFormerOwner(people, fromDay, own) : null;
    const partner =
      recycled === null && own.chance(0.06)
        ? (people[own.int(Math.max(0, id - 50), Math.max(0, id - 1))] ?? null)
        : null;
    // A shared phone: the partner's, in the few families where only one of the two has a number of their own at the shop.
    const phone = recycled?.phone ?? (partner && own.chance(0.35) ? partner.phone : phoneOf((phones += 1)));
    const isMember = own.chance(0.72);
    people.push({
      id,
      name: personName(own),
      phone,
      habit: own.weighted(habits),
      fromDay,
      untilDay: own.chance(0.03) ? fromDay + own.int(20, 90) : days,
      babyDay: own.chance(0.68) ? fromDay + own.int(-540, 200) : null,
      storeIndex: own.int(0, stores - 1),
      tmall: own.chance(0.46) ? `tb${hex(own, 10)}` : null,
      douyin: own.chance(0.3) ? `dy${hex(own, 12)}` : null,
      member: isMember
        ? { no: `M${String(100_000 + id)}`, unionid: `oU${token(own, 26)}`, openid: `oM${token(own, 26)}` }
        : null,
      devices: Array.from(
        {
          length: own.weighted([
            [1, 70],
            [2, 25],
            [3, 5],
          ]),
        },
        () => `d-${hex(own, 16)}`,
      ),
      bindsTmall: own.chance(0.62),
      bindsDouyin: own.chance(0.45),
    });
  }
  return {
    people,
    tablets: Array.from({ length: stores }, (_, index) => `tablet-${index + 1}-${hex(random, 6)}`),
    clerkPhones: Array.from({ length: stores }, (_, index) => `1990000${String(index + 1).padStart(4, '0')}`),
  };
}

/** Someone whose number has been free for months, and who had no account of their own to keep it. */
function findFormerOwner(people: readonly Person[], fromDay: number, random: Random): Person | null {
  for (let tries = 0; tries < 20 && people.length > 0; tries += 1) {
    const candidate = people[random.int(0, people.length - 1)];
    if (candidate && candidate.untilDay + 120 < fromDay) return candidate;
  }
  return null;
}

export const tmallShop = '禾苗与茉莉官方旗舰店';
export const douyinShop = '禾苗与茉莉母婴';
export const miniProgram = 'wx-demo-heyun';

const ref = (kind: string, scope: string, value: string): IdentifierRef => ({ kind, scope, value });

/** How the person is known on a channel. */
export function identifiersOn(person: Person, channel: 'tmall' | 'douyin' | 'mall' | 'store'): IdentifierRef[] {
  switch (channel) {
    case 'tmall':
      return person.tmall === null ? [] : [ref('buyer_id', `tmall:${tmallShop}`, person.tmall)];
    case 'douyin':
      return person.douyin === null ? [] : [ref('buyer_id', `douyin:${douyinShop}`, person.douyin)];
    case 'mall':
      return person.member === null
        ? []
        : [
            ref('member_no', 'demo', person.member.no),
            ref('unionid', '', person.member.unionid),
            ref('openid', miniProgram, person.member.openid),
            ref('phone', '', person.phone),
          ];
    case 'store':
      return person.member === null
        ? [ref('phone', '', person.phone)]
        : [ref('member_no', 'demo', person.member.no), ref('phone', '', person.phone)];
    default:
      return channel satisfies never;
  }
}
