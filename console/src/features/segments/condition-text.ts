import type { Condition } from '@shuke/server/contracts/segments';
import { useTranslation } from 'react-i18next';

import { channelText } from '../../i18n/channel-text.ts';
import { eventText } from '../../i18n/event-text.ts';
import { useLocale } from '../../i18n/index.ts';
import { formatCount, formatMoney } from '../../lib/format.ts';
import { nameOf, useConditionChoices } from './condition-choices.ts';

type Range = { readonly min?: number | undefined; readonly max?: number | undefined };

/** Puts a condition into words: a question in a phrase, a group as its parts. */
export function useConditionText(): (condition: Condition) => string {
  const { t } = useTranslation('segments');
  const locale = useLocale();
  const choices = useConditionChoices();
  const names = (values: readonly (string | number)[], name: (value: never) => string) =>
    values.map((value) => name(value as never)).join(t('text.comma'));
  const range = ({ min, max }: Range, words: (value: number) => string = (value) => formatCount(value, locale)) => {
    if (min !== undefined && max !== undefined) {
      return min === max ? words(min) : t('text.between', { min: words(min), max: words(max) });
    }
    return min === undefined ? t('text.atMost', { max: words(max ?? 0) }) : t('text.atLeast', { min: words(min) });
  };
  const within = (days: number | null) => (days === null ? t('text.ever') : t('text.within', { count: days }));
  const text = (condition: Condition): string => {
    switch (condition.kind) {
      case 'all':
      case 'any':
        return condition.conditions.length === 1 && condition.conditions[0] !== undefined
          ? text(condition.conditions[0])
          : condition.conditions
              .map((part) => (part.kind === 'all' || part.kind === 'any' ? `(${text(part)})` : text(part)))
              .join(t(`text.${condition.kind}`));
      case 'not':
        return t('text.not', { inner: text(condition.condition) });
      case 'segment':
        return t('text.segment', { name: nameOf(choices.segments, condition.segmentId) });
      case 'order_count':
        return t('text.order_count', { within: within(condition.withinDays), range: range(condition.count) });
      case 'spend':
        return t('text.spend', {
          within: within(condition.withinDays),
          range: range(condition.amountMinor, (fen) => formatMoney(fen, locale)),
        });
      case 'last_order_days_ago':
      case 'last_seen_days_ago':
      case 'first_seen_days_ago':
        return t(`text.${condition.kind}`, { range: range(condition.days) });
      case 'bought_on_channel':
        return t('text.bought_on_channel', {
          within: within(condition.withinDays),
          names: names(condition.channels, channelText),
        });
      case 'event_count':
        return t('text.event_count', {
          within: within(condition.withinDays),
          event: eventText(condition.event),
          range: range(condition.count),
        });
      case 'rfm_group':
        return t('text.rfm_group', {
          names: names(condition.groups, (group: string) => t(`tags:groups.${group}.name`, { defaultValue: group })),
        });
      case 'rfm_score':
        return t('text.rfm_score', {
          dimension: t(`dimensions.${condition.dimension}`),
          range: range(condition.score),
        });
      case 'high_value':
        return t('kinds.high_value');
      case 'tag':
        return t('text.tag', { names: names(condition.tagIds, (id: number) => nameOf(choices.tags, id)) });
      case 'store':
        return t('text.store', { names: names(condition.storeIds, (id: number) => nameOf(choices.stores, id)) });
      case 'tier':
        return t('text.tier', { names: names(condition.tierCodes, (code: string) => nameOf(choices.tiers, code)) });
      case 'known':
        return t(condition.known ? 'text.known' : 'text.unknown');
      default:
        return condition satisfies never;
    }
  };
  return text;
}
