import { createTemplate as createCoupon, CouponTerms, publishTemplate } from '#coupons';
import { keepMarks } from '#demo';
import type { Seeding } from '#demo';
import { programmeKind } from '#loyalty';
import { promotionKind } from '#mall';
import { createTemplate as createMessage } from '#messaging';
import type { Context } from '#platform/context';
import { createDefinition, publishDefinition } from '#platform/definitions';
import { settlementPlanKind } from '#settlement';

import { newCustomerOffer } from './purchases.ts';
import { dayMs } from './stage.ts';
import type { Within } from './within.ts';

/** Ids of what the story gives and sends. */
export interface Marketing {
  readonly newCustomerCoupon: string;
  readonly seasonCoupon: string;
  readonly welcome: string;
  readonly shipped: string;
  readonly season: string;
  readonly wakeUp: string;
}

/** Everything that must be in force before the first order: commission plan, loyalty programme, coupons, message templates; once. */
export async function prepareMarketing(inTenant: Within, seeding: Seeding): Promise<Marketing> {
  const known = seeding.marks['marketing'] as Marketing | undefined;
  if (known !== undefined) return known;
  return inTenant(async (ctx) => {
    await publishPlan(ctx);
    await publishProgramme(ctx);
    await publishPromotion(ctx, seeding.untilAt);
    const marketing = { ...(await publishCoupons(ctx)), ...(await writeMessages(ctx)) };
    await keepMarks(ctx, { marketing });
    return marketing;
  });
}

async function publishPlan(ctx: Context): Promise<void> {
  const planId = await createDefinition(ctx, settlementPlanKind, {
    name: '推广佣金（阶梯）',
    content: {
      kind: 'stepped',
      measure: 'orders',
      mode: 'whole',
      bands: [
        { upTo: 2, rateBps: 500 },
        { upTo: 9, rateBps: 800 },
        { upTo: null, rateBps: 1_200 },
      ],
      holdDays: 15,
    },
  });
  await publishDefinition(ctx, settlementPlanKind, planId, { note: '首个版本' });
}

const spend = (atLeastMinor: number) => ({
  kind: 'spend' as const,
  atLeastMinor,
  window: { kind: 'days' as const, days: 365 },
});

async function publishProgramme(ctx: Context): Promise<void> {
  const programmeId = await createDefinition(ctx, programmeKind, {
    name: '禾茉会员',
    content: {
      tiers: [
        { code: 'sprout', name: '萌芽会员', entry: { kind: 'everyone' } },
        { code: 'leaf', name: '青禾会员', entry: spend(50_000), pointsMultiplierBps: 11_000 },
        { code: 'flower', name: '茉莉会员', entry: spend(150_000), pointsMultiplierBps: 13_000 },
        {
          code: 'garden',
          name: '花园会员',
          entry: spend(300_000),
          pointsMultiplierBps: 16_000,
          inactivity: { days: 180, observeDays: 30 },
        },
      ],
      benefits: [
        { code: 'birthday', name: '宝宝生日礼', kind: 'birthday_gift', tiers: ['leaf', 'flower', 'garden'] },
        { code: 'free-shipping', name: '全年包邮', kind: 'free_shipping', tiers: ['flower', 'garden'] },
        { code: 'early', name: '大促提前购', kind: 'early_access', tiers: ['flower', 'garden'] },
        { code: 'adviser', name: '专属育儿顾问', kind: 'dedicated_service', tiers: ['garden'] },
      ],
      points: {
        earnRateBps: 10_000,
        channelRates: [{ channel: 'pos', earnRateBps: 12_000 }],
        behaviours: [
          { code: 'check-in', event: 'Checked In', points: 5, perDay: 1 },
          { code: 'review', event: 'Order Reviewed', points: 30, perDay: 3 },
        ],
      },
    },
  });
  await publishDefinition(ctx, programmeKind, programmeId, { note: '开业版本' });
}

/** A reduction that is running while somebody looks around. */
async function publishPromotion(ctx: Context, untilAt: Date): Promise<void> {
  const promotionId = await createDefinition(ctx, promotionKind, {
    name: '满 299 减 40',
    content: {
      kind: 'full_reduction',
      steps: [
        { thresholdFen: 29_900, offFen: 4_000, offBps: null },
        { thresholdFen: 59_900, offFen: 10_000, offBps: null },
      ],
      repeats: false,
      categoryIds: [],
      productIds: [],
      startsAt: new Date(untilAt.getTime() - 3 * dayMs),
      endsAt: new Date(untilAt.getTime() + 60 * dayMs),
      stacksWithCoupons: true,
    },
  });
  await publishDefinition(ctx, promotionKind, promotionId, { note: '' });
}

async function publishCoupons(ctx: Context): Promise<Pick<Marketing, 'newCustomerCoupon' | 'seasonCoupon'>> {
  const publish = async (terms: unknown) => {
    const { templateId } = await createCoupon(ctx, CouponTerms.parse(terms));
    await publishTemplate(ctx, templateId);
    return templateId;
  };
  return {
    newCustomerCoupon: await publish({
      name: '新客满 199 减 30',
      description: '首次下单可用',
      kind: 'amount_off',
      rule: { steps: [newCustomerOffer] },
      validity: { days: 30 },
      cap: 200_000,
      claim: {},
    }),
    seasonCoupon: await publish({
      name: '会员 88 折券',
      description: '最多省 60 元',
      kind: 'percent_off',
      rule: { offBps: 1_200, thresholdFen: 15_000, capFen: 6_000 },
      validity: { days: 15 },
      cap: 100_000,
      perCustomerLimit: 12,
      claim: {},
    }),
  };
}

async function writeMessages(ctx: Context): Promise<Omit<Marketing, 'newCustomerCoupon' | 'seasonCoupon'>> {
  const inbox = (name: string, touchClass: 'service' | 'marketing', subject: string, body: string) =>
    createMessage(ctx, { name, channel: 'inbox', touchClass, subject, body });
  return {
    welcome: await inbox(
      '新客欢迎',
      'marketing',
      '送你一张见面礼',
      '欢迎来到禾苗与茉莉！满 199 减 30 的券已放进你的卡包，30 天内有效。',
    ),
    shipped: await inbox('发货提醒', 'service', '你的包裹出发啦', '订单已发货，可在“我的订单”查看物流。'),
    season: await inbox(
      '大促预告',
      'marketing',
      '会员专享 88 折，提前放券',
      '大促将至，会员 88 折券已发到你的卡包，15 天内有效。',
    ),
    wakeUp: await inbox(
      '老客唤醒',
      'marketing',
      '好久不见，宝宝又长大了',
      '为你挑好了这个月龄用得上的好物，回来看看吧。',
    ),
  };
}
