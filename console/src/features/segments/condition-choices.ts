import { listEventNames } from '@shuke/server/contracts/collect';
import { listStores } from '@shuke/server/contracts/org';
import { listSegments } from '@shuke/server/contracts/segments';
import { listTags } from '@shuke/server/contracts/tags';
import i18next from 'i18next';

import { channelText, knownChannels } from '../../i18n/channel-text.ts';
import { eventText } from '../../i18n/event-text.ts';
import { useLocale } from '../../i18n/index.ts';
import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useTierChoices } from '../loyalty/tier-choices.ts';

export interface Choice<Value> {
  readonly value: Value;
  readonly label: string;
}

/** What the questions can be about, by name. Lists the person may not see are empty; values stay visible by number. */
export interface ConditionChoices {
  readonly tags: readonly Choice<number>[];
  readonly stores: readonly Choice<number>[];
  readonly segments: readonly Choice<string>[];
  readonly events: readonly Choice<string>[];
  readonly channels: readonly Choice<string>[];
  readonly tiers: readonly Choice<string>[];
}

const staleMs = 60_000;

/** Loads the choices once for a whole builder. */
export function useConditionChoices(): ConditionChoices {
  const locale = useLocale();
  const tiers = useTierChoices();
  const tags = useRead(listTags, {}, { enabled: useCan('tags.read'), staleMs });
  const stores = useRead(listStores, { query: { limit: 200 } }, { enabled: useCan('org.read'), staleMs });
  const segments = useRead(listSegments, {}, { enabled: useCan('segments.read'), staleMs });
  const events = useRead(listEventNames, { query: {} }, { enabled: useCan('collect.read'), staleMs });
  const seen = (events.data?.items ?? []).map(({ eventName }) => eventName);
  const standard = Object.keys(i18next.getResourceBundle(locale, 'events') as Record<string, string>);
  return {
    tags: (tags.data?.items ?? []).map(({ tagId, name }) => ({ value: tagId, label: name })),
    stores: (stores.data?.items ?? []).map(({ storeId, name }) => ({ value: storeId, label: name })),
    segments: (segments.data?.items ?? [])
      .filter(({ publishedVersion }) => publishedVersion !== null)
      .map(({ segmentId, name }) => ({ value: segmentId, label: name })),
    // What was seen comes first: a question about it can be answered.
    events: [...new Set([...seen, ...standard])].map((value) => ({ value, label: eventText(value) })),
    channels: knownChannels.map((value) => ({ value, label: channelText(value) })),
    tiers,
  };
}

/** The name of a value; the value itself when its list does not have it. */
export function nameOf<Value extends string | number>(choices: readonly Choice<Value>[], value: Value): string {
  return choices.find((choice) => choice.value === value)?.label ?? String(value);
}
