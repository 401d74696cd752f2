import type { createTemplate } from '@shuke/server/contracts/coupons';
import dayjs from 'dayjs';
import type { Dayjs } from 'dayjs';

import type { CallInput } from '../../lib/api.ts';
import type { Template } from './coupon-text.ts';

/** The form of a coupon: what a person fills in. */
export interface TemplateValues {
  readonly name: string;
  readonly description?: string;
  readonly kind: 'amount_off' | 'percent_off';
  readonly steps: readonly { readonly thresholdFen?: number | null; readonly offFen: number }[];
  readonly thresholdFen?: number | null;
  /** Percent taken off, 10 for 九折. */
  readonly percentOff?: number;
  readonly capFen?: number | null;
  readonly validityKind: 'days' | 'dates';
  readonly days?: number;
  readonly dates?: readonly [Dayjs | null, Dayjs | null] | null;
  readonly claimable: boolean;
  readonly claimDates?: readonly [Dayjs | null, Dayjs | null] | null;
  readonly cap?: number | null;
  readonly perCustomerLimit: number;
  readonly budgetFen?: number | null;
  readonly productIds?: readonly string[];
  readonly excludedProductIds?: readonly string[];
  readonly categoryIds?: readonly string[];
  readonly channels?: readonly string[];
  readonly storeIds?: readonly number[];
  readonly stackingGroup: string;
  readonly isExclusive: boolean;
  readonly priority: number;
}

type Body = CallInput<typeof createTemplate>['body'];

const day = (text: string | null) => (text === null ? null : dayjs(text));

/** A template as its form shows it. */
export function toValues(template: Template | null): Partial<TemplateValues> {
  if (template === null) {
    return {
      kind: 'amount_off',
      steps: [{ thresholdFen: 10_000, offFen: 1_000 }],
      validityKind: 'days',
      days: 30,
      claimable: true,
      perCustomerLimit: 1,
      stackingGroup: 'coupon',
      isExclusive: false,
      priority: 100,
    };
  }
  const { terms } = template;
  return {
    ...terms,
    ...terms.scope,
    steps: 'steps' in terms.rule ? terms.rule.steps : [{ thresholdFen: 10_000, offFen: 1_000 }],
    ...('steps' in terms.rule
      ? {}
      : { thresholdFen: terms.rule.thresholdFen, percentOff: terms.rule.offBps / 100, capFen: terms.rule.capFen }),
    ...('days' in terms.validity
      ? { validityKind: 'days' as const, days: terms.validity.days }
      : { validityKind: 'dates' as const, dates: [day(terms.validity.from), day(terms.validity.until)] as const }),
    claimable: terms.claim !== null,
    claimDates: terms.claim === null ? null : ([day(terms.claim.from), day(terms.claim.until)] as const),
  };
}

/** The terms a filled form means. Thresholds left empty are none. */
export function toTerms(values: TemplateValues): Body {
  const common = {
    name: values.name,
    description: values.description ?? '',
    scope: {
      productIds: [...(values.productIds ?? [])],
      excludedProductIds: [...(values.excludedProductIds ?? [])],
      categoryIds: [...(values.categoryIds ?? [])],
      channels: [...(values.channels ?? [])],
      storeIds: [...(values.storeIds ?? [])],
    },
    stackingGroup: values.stackingGroup,
    isExclusive: values.isExclusive,
    priority: values.priority,
    validity:
      values.validityKind === 'days'
        ? { days: values.days ?? 1 }
        : { from: values.dates?.[0]?.toISOString() ?? null, until: values.dates?.[1]?.toISOString() ?? '' },
    claim: values.claimable
      ? { from: values.claimDates?.[0]?.toISOString() ?? null, until: values.claimDates?.[1]?.toISOString() ?? null }
      : null,
    cap: values.cap ?? null,
    perCustomerLimit: values.perCustomerLimit,
    budgetFen: values.budgetFen ?? null,
  };
  if (values.kind === 'percent_off') {
    const rule = {
      thresholdFen: values.thresholdFen ?? 0,
      offBps: Math.round((values.percentOff ?? 0) * 100),
      capFen: values.capFen ?? null,
    };
    return { kind: 'percent_off', rule, ...common };
  }
  const steps = values.steps.map(({ thresholdFen, offFen }) => ({ thresholdFen: thresholdFen ?? 0, offFen }));
  return { kind: 'amount_off', rule: { steps }, ...common };
}
