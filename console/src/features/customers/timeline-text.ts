import type { TFunction } from 'i18next';

import { channelText } from '../../i18n/channel-text.ts';
import { formatDuration, formatMoney } from '../../lib/format.ts';
import type { Locale } from '../../lib/format.ts';
import type { Tone } from '../../ui/status-tag.tsx';

type Details = Readonly<Record<string, unknown>>;

const tones: readonly (readonly [pattern: RegExp, tone: Tone])[] = [
  [/^Order (Paid|Received)|^Checkout/, 'good'],
  [/^Order (Refunded|Cancelled|Excluded)|Failed$|Unsubscribed$|Removed$|Unfollowed$|Expired$/, 'bad'],
  [/^(Order|Product Added|Cart)/, 'brand'],
  [/^(Coupon|Points|Tier)/, 'warn'],
  [/^(Message|Chat|Call|Consultation|Contact|Ticket)/, 'info'],
];

/** Colour of an event on the timeline. */
export function eventTone(name: string): Tone {
  return tones.find(([pattern]) => pattern.test(name))?.[1] ?? 'neutral';
}

const text = (value: unknown) => (typeof value === 'string' || typeof value === 'number' ? String(value) : '');

/** A reason of ours in words, by whoever keeps them; any other as it was given. */
function reasonText(t: TFunction, reason: string): string {
  const keys = [`customers:timeline.reasons.${reason}`, `ledger:reasons.${reason}`, `loyalty:causes.${reason}`];
  return reason === '' ? '' : t(keys, { defaultValue: reason });
}

/** What an event's properties tell, in a line: amount, goods, page, reason — only what is there. */
export function detailText(t: TFunction, details: Details, locale: Locale): string {
  const amount = details['amount_minor'] ?? details['amount_fen'];
  const currency = text(details['currency']) || 'CNY';
  const visibleMs = details['visible_ms'];
  const parts = [
    text(details['order_no']),
    typeof amount === 'number' ? formatMoney(amount, locale, { currency }) : '',
    text(details['title']) || text(details['name']),
    text(details['query']) === '' ? '' : t('customers:timeline.query', { query: text(details['query']) }),
    text(details['path']),
    text(details['section']),
    typeof details['points'] === 'number' ? t('customers:timeline.points', { count: details['points'] }) : '',
    text(details['tier_code']),
    text(details['tag_name']) ||
      text(details['segment_name']) ||
      text(details['journey_name']) ||
      text(details['template_name']),
    text(details['ticket_no']),
    typeof visibleMs === 'number'
      ? t('customers:timeline.visible', { duration: formatDuration(visibleMs, locale) })
      : '',
    text(details['message_channel']) === '' ? '' : channelText(text(details['message_channel'])),
    reasonText(t, text(details['reason'])),
  ];
  return parts.filter(Boolean).join(' · ');
}
