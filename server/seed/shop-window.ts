import { Readable } from 'node:stream';

import { registerImage, storeImage } from '#catalog';
import { keepMarks } from '#demo';
import type { Seeding } from '#demo';
import { journeyKind, publishJourney } from '#journeys';
import { defaultSettings, readSettings, saveSettings } from '#mall';
import type { Context } from '#platform/context';
import { createDefinition } from '#platform/definitions';
import { publishSegment, segmentKind, segmentMembers } from '#segments';
import { addTag, createTag } from '#tags';

import { bannerPicture } from './artwork.ts';
import { brandName, categories } from './brand.ts';
import type { Marketing } from './marketing.ts';
import type { Goods } from './stage.ts';
import type { Within } from './within.ts';

/** What people look at first, and what acts on customers from now on: home page, segments, tags, journeys; once. */
export async function dressShop(
  inTenant: Within,
  seeding: Seeding,
  { marketing, goods }: { marketing: Marketing; goods: readonly Goods[] },
): Promise<void> {
  if (seeding.marks['isDressed'] === true) return;
  const banners = await Promise.all(slides.map(({ shapes }, index) => bannerPicture(shapes, 900 + index)));
  await inTenant(async (ctx) => {
    await furnishHome(ctx, { marketing, goods, banners });
    const segments = await publishSegments(ctx);
    await labelPeople(ctx, segments);
    await publishJourneys(ctx, marketing, segments);
    await keepMarks(ctx, { isDressed: true });
  });
}

const shapesOf = (...codes: string[]) => categories.filter(({ code }) => codes.includes(code));

const slides = [
  {
    title: '温和，从第一天开始',
    subtitle: '新客满 199 减 30',
    link: 'coupons',
    shapes: shapesOf('milk', 'care', 'toy'),
  },
  {
    title: '敏感肌的安心之选',
    subtitle: '积雪草与神经酰胺',
    link: 'search?q=面霜',
    shapes: shapesOf('skin', 'mom', 'gift'),
  },
  {
    title: '会员满 299 减 40',
    subtitle: '与优惠券同享',
    link: 'products',
    shapes: shapesOf('diaper', 'textile', 'feeding'),
  },
];

async function furnishHome(
  ctx: Context,
  { marketing, goods, banners }: { marketing: Marketing; goods: readonly Goods[]; banners: readonly Buffer[] },
): Promise<void> {
  const { revision } = await readSettings(ctx);
  if (revision > 0) return;
  const pictures: string[] = [];
  for (const banner of banners) {
    const image = await storeImage(ctx.services.files, ctx.tenantId, Readable.from([banner]));
    await registerImage(ctx, image);
    pictures.push(image.fileId);
  }
  const picked = [...new Set(goods.filter(({ category }) => category.code === 'skin').map((one) => one.productId))];
  await saveSettings(ctx, {
    revision,
    settings: {
      ...defaultSettings,
      theme: { ...defaultSettings.theme, slogan: `${brandName} · 温和可靠的母婴与护肤` },
      blocks: [
        {
          kind: 'banner',
          title: '',
          slides: slides.map(({ title, subtitle, link }, index) => ({
            fileId: pictures[index] ?? '',
            title,
            subtitle,
            link,
          })),
        },
        { kind: 'categories', title: '' },
        {
          kind: 'new_customer_gift',
          title: '新朋友见面礼',
          body: '首单满 199 立减 30，先领券再逛',
          link: 'coupons',
          templateIds: [marketing.newCustomerCoupon],
        },
        {
          kind: 'coupon_strip',
          title: '领券中心',
          templateIds: [marketing.newCustomerCoupon, marketing.seasonCoupon],
        },
        { kind: 'product_grid', title: '大家都在买', link: 'products', source: { by: 'sold' }, limit: 6 },
        {
          kind: 'product_grid',
          title: '敏感肌专区',
          link: 'search?q=面霜',
          source: { by: 'picked', productIds: picked.slice(0, 6) },
          limit: 6,
        },
        { kind: 'product_grid', title: '新品上架', link: 'products', source: { by: 'newest' }, limit: 12 },
        { kind: 'text', title: '安心承诺', body: '7 天无理由退货 · 过敏包退 · 全部商品通过敏感肌测试', link: '' },
      ],
      service: { phone: '400-000-0000', hours: '每天 9:00–21:00' },
    },
  });
}

interface Segments {
  readonly sleeping: string;
  readonly highValue: string;
  readonly viewers: string;
}

async function publishSegments(ctx: Context): Promise<Segments> {
  const segment = async (name: string, description: string, condition: unknown) => {
    const id = await createDefinition(ctx, segmentKind, { name, content: { condition, description } });
    await publishSegment(ctx, id, '');
    return id;
  };
  const ordered = (withinDays: number | null) => ({ kind: 'order_count', withinDays, count: { min: 1 } });
  const not = (condition: unknown) => ({ kind: 'not', condition });
  await segment('花园与茉莉会员', '会员等级为花园或茉莉', { kind: 'tier', tierCodes: ['flower', 'garden'] });
  return {
    sleeping: await segment('90 天未下单的老客', '买过，但最近 90 天没有下单', {
      kind: 'all',
      conditions: [ordered(null), not(ordered(90))],
    }),
    highValue: await segment('高价值客户', 'RFM 综合前 15%', { kind: 'high_value' }),
    viewers: await segment('看了三次没下单', '7 天内浏览商品三次以上，且 7 天内没有下单', {
      kind: 'all',
      conditions: [{ kind: 'event_count', event: 'Product Viewed', withinDays: 7, count: { min: 3 } }, not(ordered(7))],
    }),
  };
}

/** Tags as guides put them on by hand, so that lists and profiles have some. */
async function labelPeople(ctx: Context, { sleeping, highValue }: Segments): Promise<void> {
  const label = async (segmentId: string, tag: Parameters<typeof createTag>[1], limit: number) => {
    const tagId = await createTag(ctx, tag);
    await addTag(ctx, tagId, await segmentMembers(ctx, segmentId, { limit }));
  };
  await label(
    highValue,
    { name: '门店熟客', groupName: '导购标注', description: '导购认识、常来的顾客', color: '#0f766e' },
    40,
  );
  await label(
    sleeping,
    { name: '需回访', groupName: '导购标注', description: '许久未来，值得打个招呼', color: '#f59e0b' },
    60,
  );
}

async function publishJourneys(ctx: Context, marketing: Marketing, segments: Segments): Promise<void> {
  const inColumn = (ids: readonly string[]) =>
    Object.fromEntries(ids.map((id, index) => [id, { x: 0, y: index * 140 }]));
  const journey = (name: string, content: unknown) => createDefinition(ctx, journeyKind, { name, content });
  const viewers = await journey('浏览未购挽回', {
    entry: { kind: 'segment_entered', segmentId: segments.viewers },
    reentry: 'after_exit',
    exitOn: ['Order Paid'],
    start: 'wait',
    nodes: [
      { id: 'wait', kind: 'wait', minutes: 120, next: 'coupon' },
      { id: 'coupon', kind: 'coupon', couponTemplateId: marketing.newCustomerCoupon, next: 'message' },
      { id: 'message', kind: 'message', messageTemplateId: marketing.welcome, next: null },
    ],
    layout: inColumn(['wait', 'coupon', 'message']),
  });
  await publishJourney(ctx, viewers, '首个版本');
  const wakeUp = await journey('沉睡老客唤醒', {
    entry: { kind: 'one_off', segmentId: segments.sleeping },
    exitOn: ['Order Paid'],
    start: 'coupon',
    nodes: [
      { id: 'coupon', kind: 'coupon', couponTemplateId: marketing.seasonCoupon, next: 'message' },
      { id: 'message', kind: 'message', messageTemplateId: marketing.wakeUp, next: 'answer' },
      {
        id: 'answer',
        kind: 'wait_event',
        event: 'Product Viewed',
        minutes: 4_320,
        happened: 'done',
        timedOut: 'again',
      },
      { id: 'again', kind: 'message', messageTemplateId: marketing.season, next: 'done' },
      { id: 'done', kind: 'exit' },
    ],
    layout: inColumn(['coupon', 'message', 'answer', 'again', 'done']),
  });
  await publishJourney(ctx, wakeUp, '首个版本');
  await journey('新客首单关怀（草稿）', {
    entry: { kind: 'event', event: 'Member Registered' },
    start: 'hello',
    nodes: [
      { id: 'hello', kind: 'message', messageTemplateId: marketing.welcome, next: 'wait' },
      { id: 'wait', kind: 'wait', minutes: 10_080, next: 'done' },
      { id: 'done', kind: 'exit' },
    ],
    layout: inColumn(['hello', 'wait', 'done']),
  });
}
