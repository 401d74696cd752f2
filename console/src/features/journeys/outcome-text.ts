import type { TFunction } from 'i18next';

/** An outcome of a step in words; one without words stays as it is. */
export function outcomeText(t: TFunction<'journeys'>, outcome: string): string {
  return t(`outcomes.${outcome}`, { defaultValue: outcome });
}

/** Why something was not done, in words. */
export function reasonText(t: TFunction<'journeys'>, reason: string): string {
  return t(`reasons.${reason}`, { defaultValue: reason });
}

/** How a run ended, in words. */
export function endText(t: TFunction<'journeys'>, reason: string): string {
  return t(`ends.${reason}`, { defaultValue: reason });
}
