import type { Condition, Leaf } from './condition.ts';

/** A boolean SQL expression over `p` (customers.people), with the values of its parameters from `$<first>` on. */
export interface Compiled {
  readonly sql: string;
  readonly values: readonly unknown[];
}

export interface CompileOptions {
  /** Number of parameters already in use: `$1` is the tenant, `$2` the customers to look at (null for all), `$3` today. */
  readonly offset?: number;
}

const tenant = '$1';
const someCustomers = '$2::bigint[]';
const today = '$3::date';
const usedParameters = 3;

/** Every sub-select looks only at the customers in question, so that the same text serves one customer and the whole base. */
const only = (column: string) => `(${someCustomers} is null or ${column} = any(${someCustomers}))`;

interface Bounds {
  readonly min?: number | undefined;
  readonly max?: number | undefined;
}

/** Turns a condition into SQL. All values travel as parameters; the text contains none of them. */
export function compileCondition(condition: Condition, { offset = usedParameters }: CompileOptions = {}): Compiled {
  const values: unknown[] = [];
  const put = (value: unknown, type: string) => {
    values.push(value);
    return `$${offset + values.length}::${type}`;
  };
  const within = (expression: string, { min, max }: Bounds, type: string) =>
    [
      ...(min === undefined ? [] : [`${expression} >= ${put(min, type)}`]),
      ...(max === undefined ? [] : [`${expression} <= ${put(max, type)}`]),
    ].join(' and ');
  const since = (column: string, windowDays: number | null) =>
    windowDays === null ? '' : ` and ${column} > ${today} - ${put(windowDays, 'int')}`;

  /** An aggregate per customer; customers without a row count as zero. */
  const aggregate = (from: string, where: string, expression: string, bounds: Bounds, type: string) => {
    const reachesZero = (bounds.min ?? -Infinity) <= 0 && (bounds.max ?? Infinity) >= 0;
    const base = `select customer_id from ${from} where tenant_id = ${tenant} and ${only('customer_id')}${where} group by customer_id`;
    const inside = `p.customer_id in (${base} having ${within(expression, bounds, type)})`;
    return reachesZero ? `(${inside} or p.customer_id not in (${base}))` : inside;
  };
  const sales = (windowDays: number | null) =>
    ` and kind = 'sale' and amount_minor > 0${since('bought_on', windowDays)}`;
  const scores = (test: string) =>
    `p.customer_id in (select customer_id from tags.rfm_scores where tenant_id = ${tenant} and ${only('customer_id')} and ${test})`;

  const leaf = (one: Leaf): string => {
    switch (one.kind) {
      case 'order_count':
        return aggregate('orders.purchases', sales(one.withinDays), 'count(*)', one.count, 'bigint');
      case 'spend':
        return aggregate(
          'orders.purchases',
          since('bought_on', one.withinDays),
          'sum(amount_minor)',
          one.amountMinor,
          'bigint',
        );
      case 'last_order_days_ago':
        return `p.customer_id in (select customer_id from orders.purchases where tenant_id = ${tenant} and ${only('customer_id')}${sales(null)}
                 group by customer_id having ${within(`${today} - max(bought_on)`, one.days, 'int')})`;
      case 'bought_on_channel':
        return `p.customer_id in (select customer_id from orders.purchases where tenant_id = ${tenant} and ${only('customer_id')}${sales(one.withinDays)}
                 and channel = any(${put(one.channels, 'text[]')}))`;
      case 'event_count':
        return aggregate(
          'segments.event_days',
          ` and event = ${put(one.event, 'text')}${since('day', one.withinDays)}`,
          'sum(occurrences)',
          one.count,
          'bigint',
        );
      case 'last_seen_days_ago':
        return `(${within(`(${today} - (p.last_seen_at at time zone 'Asia/Shanghai')::date)`, one.days, 'int')})`;
      case 'first_seen_days_ago':
        return `(${within(`(${today} - (p.first_seen_at at time zone 'Asia/Shanghai')::date)`, one.days, 'int')})`;
      case 'rfm_group':
        return scores(`group_code = any(${put(one.groups, 'text[]')})`);
      case 'rfm_score':
        return scores(within(one.dimension === 'weighted' ? 'weighted_score' : one.dimension, one.score, 'int'));
      case 'high_value':
        return scores('is_top');
      case 'tag':
        return `p.customer_id in (select customer_id from tags.customer_tags where tenant_id = ${tenant} and ${only('customer_id')}
                 and tag_id = any(${put(one.tagIds, 'int[]')}))`;
      case 'store':
        return `(p.store_id is not null and p.store_id = any(${put(one.storeIds, 'int[]')}))`;
      case 'tier':
        return `(p.tier_code is not null and p.tier_code = any(${put(one.tierCodes, 'text[]')}))`;
      case 'known':
        return `(p.is_known = ${put(one.known, 'boolean')})`;
      default:
        return one satisfies never;
    }
  };
  const compile = (one: Condition): string => {
    if ('conditions' in one) {
      return `(${one.conditions.map(compile).join(one.kind === 'all' ? ' and ' : ' or ')})`;
    }
    if (one.kind === 'not') return `(not coalesce(${compile(one.condition)}, false))`;
    if (one.kind !== 'segment') return leaf(one);
    return `p.customer_id in (select customer_id from segments.members where tenant_id = ${tenant} and ${only('customer_id')}
             and segment_id = ${put(one.segmentId, 'uuid')})`;
  };
  return { sql: compile(condition), values };
}

/** The customers a condition holds for, as a SELECT: give it `[tenantId, customerIds | null, today, ...values]`. */
export function selectMembers(condition: Condition): Compiled {
  const { sql, values } = compileCondition(condition);
  return {
    sql: `select p.customer_id from customers.people p where p.tenant_id = ${tenant} and ${today} is not null and ${only('p.customer_id')} and ${sql}`,
    values,
  };
}
