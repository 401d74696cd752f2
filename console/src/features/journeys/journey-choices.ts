import { listTemplates as listCouponTemplates } from '@shuke/server/contracts/coupons';
import { listTemplates as listMessageTemplates } from '@shuke/server/contracts/messaging';
import { listSegments } from '@shuke/server/contracts/segments';
import { listTags } from '@shuke/server/contracts/tags';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useConditionChoices } from '../segments/condition-choices.ts';
import type { Choice } from '../segments/condition-choices.ts';

/** What nodes can be about, by name. */
export interface JourneyChoices {
  readonly events: readonly Choice<string>[];
  readonly segments: readonly (Choice<string> & { readonly customers: number })[];
  readonly coupons: readonly Choice<string>[];
  readonly messages: readonly Choice<string>[];
  /** Those put on by hand; computed ones are not ours to change. */
  readonly tags: readonly Choice<number>[];
}

const staleMs = 30_000;

/** Loads the choices once for a whole canvas. */
export function useJourneyChoices(): JourneyChoices {
  const { events } = useConditionChoices();
  const segments = useRead(listSegments, {}, { enabled: useCan('segments.read'), staleMs });
  const coupons = useRead(
    listCouponTemplates,
    { query: { status: 'published' } },
    { enabled: useCan('coupons.read'), staleMs },
  );
  const messages = useRead(listMessageTemplates, {}, { enabled: useCan('messaging.read'), staleMs });
  const tags = useRead(listTags, {}, { enabled: useCan('tags.read'), staleMs });
  return {
    events,
    segments: (segments.data?.items ?? [])
      .filter(({ publishedVersion }) => publishedVersion !== null)
      .map(({ segmentId, name, customers }) => ({ value: segmentId, label: name, customers })),
    coupons: (coupons.data?.items ?? []).map(({ templateId, terms }) => ({ value: templateId, label: terms.name })),
    messages: (messages.data?.items ?? []).map(({ templateId, name }) => ({ value: templateId, label: name })),
    tags: (tags.data?.items ?? [])
      .filter(({ kind }) => kind === 'manual')
      .map(({ tagId, name }) => ({ value: tagId, label: name })),
  };
}
