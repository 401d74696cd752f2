import { readTemplates } from '#coupons';
import { customerSummaries } from '#customers';
import { fillIn, variablesIn } from '#messaging';
import { brandClock } from '#org';
import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';

import { couponValues, languageOf, messageValues } from './message-values.ts';

/**
 * A text as one customer would read it now, with the coupon a journey would give; the customer's name stays masked, because it is
 * staff who look. Names the gaps that would have no value.
 */
export async function previewMessage(
  ctx: Context,
  {
    subject,
    body,
    customerId,
    couponTemplateId,
  }: { subject: string; body: string; customerId: number; couponTemplateId?: string | undefined },
): Promise<{ subject: string; body: string; customer: string; missing: string[] }> {
  const [summary] = await customerSummaries(ctx, [customerId]);
  if (!summary) throw new NotFound('customer');
  const text = `${subject}\n${body}`;
  const used = new Set(variablesIn(text));
  const language = languageOf(text);
  const known = new Set([...used].filter((name) => !name.startsWith('coupon_')));
  const reader = { customer_id: customerId, journey_id: '', started_at: ctx.now };
  const found = (await messageValues(ctx, known, [reader], language))(customerId);
  const coupon = couponTemplateId ? (await readTemplates(ctx, [couponTemplateId])).get(couponTemplateId) : undefined;
  const values: Record<string, string> = {
    ...found,
    ...(found.name === undefined ? {} : { name: summary.displayName }),
    ...(coupon
      ? couponValues(
          { ...coupon.terms, code: 'XXXX-XXXX-XXXX', validUntil: endOf(coupon.terms.validity, ctx.now) },
          { language, ...(await brandClock(ctx)) },
        )
      : {}),
  };
  return {
    subject: fillIn(subject, values),
    body: fillIn(body, values),
    customer: summary.displayName,
    missing: [...used].filter((name) => (values[name] ?? '') === ''),
  };
}

type Validity = NonNullable<ReturnType<Awaited<ReturnType<typeof readTemplates>>['get']>>['terms']['validity'];

function endOf(validity: Validity, now: Date): Date {
  return 'until' in validity ? validity.until : new Date(now.getTime() + validity.days * 86_400_000);
}
