import * as z from 'zod';

import type { DefinitionKind, DefinitionProblem } from '#platform/definitions';

import { Condition, judge, windowsOf } from './condition.ts';
import type { Judgement, PurchaseFacts, Window } from './condition.ts';

const code = z.string().regex(/^[a-z0-9][a-z0-9_-]{0,39}$/, 'use small letters, digits, - and _');
const name = z.string().trim().min(1).max(40);
const bps = z.int().min(0).max(1_000_000);

export const Tier = z.object({
  code,
  name,
  /** What reaches it; checked at every purchase. */
  entry: Condition,
  /** What keeps it at the end of its validity; the entry condition when absent. */
  retention: Condition.nullable().default(null),
  pointsMultiplierBps: bps.default(10_000),
  /** Without an order for `days`: observed for `observeDays`, then one tier down. */
  inactivity: z
    .object({ days: z.int().min(1).max(3660), observeDays: z.int().min(0).max(365) })
    .nullable()
    .default(null),
});

/** What members of some tiers, or those who unlocked it, are entitled to. */
export const Benefit = z.object({
  code,
  name,
  kind: z.enum([
    'price',
    'free_shipping',
    'birthday_gift',
    'dedicated_service',
    'early_access',
    'service_voucher',
    'gift',
    'event',
  ]),
  tiers: z.array(code).max(20).readonly().default([]),
  unlock: Condition.nullable().default(null),
});

export const PointsRules = z.object({
  /** Points per whole unit of money, in ten-thousandths: 10,000 is one point per ¥1. */
  earnRateBps: bps.default(10_000),
  /** Other rates per channel. */
  channelRates: z
    .array(z.object({ channel: z.string().min(1).max(32), earnRateBps: bps }))
    .max(50)
    .readonly()
    .default([]),
  /** Orders bought before do not earn; null for no bound. */
  earnFrom: z.coerce.date().nullable().default(null),
  /** Points of an order can be spent this many days after receipt … */
  holdDays: z.int().min(0).max(90).default(7),
  /** … and an order nobody confirmed counts as received this many days after purchase. */
  autoReceiveDays: z.int().min(0).max(90).default(15),
  expiryMonths: z.int().min(1).max(120).default(12),
  redeem: z
    .object({
      pointsPerUnit: z.int().min(1).max(1_000_000).default(100),
      /** At most this part of the order can be paid with points. */
      capBps: z.int().min(0).max(10_000).default(5_000),
      minPoints: z.int().min(0).default(0),
      maxPoints: z.int().min(1).nullable().default(null),
    })
    .prefault({}),
  /** Points given back into a lot that expired meanwhile: granted anew for some days, or forfeited. */
  returnAfterExpiry: z
    .union([z.object({ regrantDays: z.int().min(1).max(365) }), z.literal('forfeit')])
    .default({ regrantDays: 30 }),
  behaviours: z
    .array(
      z.object({
        code,
        event: z.string().min(1).max(80),
        points: z.int().min(1).max(1_000_000),
        perDay: z.int().min(1).nullable().default(1),
        perLife: z.int().min(1).nullable().default(null),
      }),
    )
    .max(30)
    .readonly()
    .default([]),
});

/** A loyalty programme: tiers from the lowest up, benefits, and points (of at most one programme per company). */
export const ProgrammeContent = z.object({
  currency: z
    .string()
    .regex(/^[A-Z]{3}$/)
    .default('CNY'),
  /** Only purchases of these channels count; empty means all. */
  channels: z.array(z.string().min(1).max(32)).max(50).readonly().default([]),
  tiers: z.array(Tier).min(1).max(12).readonly(),
  /** How long a tier lasts before it is looked at again; null for ever. */
  validityMonths: z.int().min(1).max(120).nullable().default(12),
  /** When a refund leaves a member below the entry condition. */
  takeBack: z.enum(['at_once', 'at_end']).default('at_once'),
  benefits: z.array(Benefit).max(60).readonly().default([]),
  points: PointsRules.nullable().default(PointsRules.parse({})),
});
export type ProgrammeContent = z.output<typeof ProgrammeContent>;
export type PointsRules = z.output<typeof PointsRules>;
export type Tier = z.output<typeof Tier>;

function problems(_ctx: unknown, { tiers, benefits }: ProgrammeContent): DefinitionProblem[] {
  const codes = tiers.map((tier) => tier.code);
  const found: DefinitionProblem[] = [];
  codes.forEach((one, index) => {
    if (codes.indexOf(one) !== index)
      found.push({ code: 'tier_code_twice', path: `tiers.${index}.code`, parameters: { tier: one } });
  });
  benefits.forEach((benefit, index) => {
    for (const tier of benefit.tiers.filter((one) => !codes.includes(one))) {
      found.push({ code: 'unknown_tier', path: `benefits.${index}.tiers`, parameters: { tier } });
    }
  });
  return found;
}

export const programmeKind: DefinitionKind<ProgrammeContent> = {
  kind: 'loyalty_programme',
  schema: ProgrammeContent,
  problems,
};

/** A programme as published. */
export interface Programme {
  readonly programmeId: string;
  readonly name: string;
  readonly version: number;
  readonly content: ProgrammeContent;
  /** The ladder a customer's tier is taken from: the programme with points, else the oldest. */
  readonly isMain: boolean;
}

/** Every window any condition of the programme looks at. */
export function programmeWindows({ tiers, benefits }: ProgrammeContent): Window[] {
  const conditions = [
    ...tiers.flatMap(({ entry, retention }) => (retention ? [entry, retention] : [entry])),
    ...benefits.flatMap(({ unlock }) => (unlock ? [unlock] : [])),
  ];
  return conditions.flatMap(windowsOf);
}

/** The place of a tier in the ladder; -1 for none. */
export function rankOf({ tiers }: ProgrammeContent, tierCode: string | null): number {
  return tiers.findIndex((tier) => tier.code === tierCode);
}

/** The highest tier whose condition holds for these purchases, and why; rank -1 when none does. */
export function reachedTier(
  { tiers }: ProgrammeContent,
  facts: PurchaseFacts,
  conditionOf: (tier: Tier) => Condition = (tier) => tier.entry,
): { rank: number; tier: Tier | null; judgement: Judgement } {
  for (const [rank, tier] of [...tiers.entries()].toReversed()) {
    const judgement = judge(conditionOf(tier), facts);
    if (judgement.holds) return { rank, tier, judgement };
  }
  return { rank: -1, tier: null, judgement: { holds: false, progress: [] } };
}

/** The programme a new company starts with; everything in it can be changed. */
export const starterProgramme: z.input<typeof ProgrammeContent> = {
  tiers: [
    { code: 'base', name: '普通会员', entry: { kind: 'everyone' } },
    {
      code: 'silver',
      name: '银卡',
      entry: { kind: 'spend', atLeastMinor: 200_000, window: { kind: 'calendar_year' } },
      pointsMultiplierBps: 11_000,
    },
    {
      code: 'gold',
      name: '金卡',
      entry: { kind: 'spend', atLeastMinor: 500_000, window: { kind: 'calendar_year' } },
      pointsMultiplierBps: 12_000,
    },
    {
      code: 'diamond',
      name: '钻石卡',
      entry: { kind: 'spend', atLeastMinor: 2_000_000, window: { kind: 'calendar_year' } },
      pointsMultiplierBps: 15_000,
    },
    { code: 'black', name: '黑金卡', entry: { kind: 'granted' }, pointsMultiplierBps: 20_000 },
  ],
  benefits: [
    { code: 'member-price', name: '会员价', kind: 'price', tiers: ['silver', 'gold', 'diamond', 'black'] },
    { code: 'free-shipping', name: '包邮', kind: 'free_shipping', tiers: ['gold', 'diamond', 'black'] },
    { code: 'birthday-gift', name: '生日礼', kind: 'birthday_gift', tiers: ['gold', 'diamond', 'black'] },
    { code: 'dedicated-guide', name: '专属顾问', kind: 'dedicated_service', tiers: ['diamond', 'black'] },
  ],
};
