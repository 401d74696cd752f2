import { listProgrammes } from '@shuke/server/contracts/loyalty';

import { useRead } from '../../lib/query.ts';
import { useCan } from '../../lib/session.ts';

/** A tier of a published programme. */
export interface TierChoice {
  readonly value: string;
  readonly label: string;
}

/** The tiers people can have, by name and in rising order; the programme is named where there are several. Empty without permission. */
export function useTierChoices(): readonly TierChoice[] {
  const programmes = useRead(listProgrammes, {}, { enabled: useCan('loyalty.read'), staleMs: 60_000 });
  const published = (programmes.data?.items ?? []).filter((one) => one.published !== null);
  const choices = published.flatMap(({ name, published: content }) =>
    (content?.tiers ?? []).map((tier) => ({
      value: tier.code,
      label: published.length > 1 ? `${tier.name} · ${name}` : tier.name,
    })),
  );
  return [...new Map(choices.map((choice) => [choice.value, choice])).values()];
}

/** Puts a tier into words; a code nobody knows any more stays as it is. */
export function useTierName(): (code: string) => string {
  const choices = useTierChoices();
  return (code) => choices.find(({ value }) => value === code)?.label ?? code;
}
