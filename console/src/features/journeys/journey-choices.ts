import { listTemplates as listCouponTemplates } from '@shuke/server/contracts/coupons';
import { listTemplates as listMessageTemplates } from '@shuke/server/contracts/messaging';
import { listSegments } from '@shuke/server/contracts/segments';
import { listTags } from '@shuke/server/contracts/tags';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';
import { useConditionChoices } from '../segments/condition-choices.ts';
import type { Choice } from '../segments/condition-choices.ts';

/** A message template with its text, for showing what it says and which variables it uses. */
export interface MessageChoice extends Choice<string> {
  readonly subject: string;
  readonly body: string;
}

/** What nodes can be about, by name. */
export interface JourneyChoices {
  readonly events: readonly Choice<string>[];
  readonly segments: readonly (Choice<string> & { readonly customers: number })[];
  readonly coupons: readonly Choice<string>[];
  readonly messages: readonly MessageChoice[];
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
    messages: (messages.data?.items ?? []).map(({ templateId, name, subject, body }) => ({
      value: templateId,
      label: name,
      subject,
      body,
    })),
    tags: (tags.data?.items ?? [])
      .filter(({ kind }) => kind === 'manual')
      .map(({ tagId, name }) => ({ value: tagId, label: name })),
  };
}
