import type { Tx } from '#platform/database';

import { rfmGroups } from './rfm-model.ts';
import type { RfmModel } from './rfm-model.ts';

/** Quintile thresholds of one run: a value scores one more for each cut it reaches (recency: one less). */
export interface RfmCuts {
  readonly recencyDays: number[];
  readonly frequency: number[];
  readonly monetaryMinor: number[];
}

export interface ScoredRun {
  readonly customers: number;
  readonly currency: string | null;
  readonly asOfOn: string | null;
  readonly fromOn: string | null;
  readonly cuts: RfmCuts | null;
}

interface Scope {
  readonly tenantId: number;
  readonly runId: string;
  readonly model: RfmModel;
  readonly timeZone: string;
}

interface Period {
  currency: string | null;
  as_of_on: string | null;
  from_on: string | null;
}

/** The period a run looks at, in whole days of the brand's time zone; the currency is the one most orders were paid in. */
async function findPeriod(tx: Tx, { tenantId, model, timeZone }: Scope): Promise<Period | undefined> {
  const [period] = await tx.query<Period>(
    `with main as (
       select mode() within group (order by currency) as currency from orders.purchases where tenant_id = $1 and kind = 'sale' and amount_minor > 0),
     newest as (
       select m.currency, max(p.bought_on) as day from main m join orders.purchases p on p.tenant_id = $1 and p.currency = m.currency
        where p.kind = 'sale' and p.amount_minor > 0 group by m.currency),
     dated as (
       select currency, case when $3 then least(day + 1, (now() at time zone $2)::date + 1) else (now() at time zone $2)::date + 1 end as as_of_on
         from newest)
     select currency, as_of_on, (as_of_on - make_interval(months => $4::int))::date as from_on from dated`,
    [tenantId, timeZone, model.asOf === 'newest_order', model.windowMonths],
  );
  return period;
}

/**
 * Recency (days since the last counted sale), frequency (counted sales) and money (sales less returns) of every customer.
 * Cuts are type-7 quantiles at 20, 40, 60 and 80 % plus one unit of the data's own grain: one day, one order, and one major unit
 * where all amounts are whole, else one minor unit. Values are compared left-closed, so equal values always get equal scores.
 */
const factsTable = `
  create temporary table rfm_facts (customer_id bigint, last_bought_on date, recency_days int, frequency int, monetary_minor bigint)
  on commit drop`;

const measure = `
  insert into rfm_facts
  select customer_id, max(bought_on) filter (where kind = 'sale' and amount_minor > 0),
         $2::date - max(bought_on) filter (where kind = 'sale' and amount_minor > 0),
         count(*) filter (where kind = 'sale' and amount_minor > 0), sum(amount_minor)
    from orders.purchases
   where tenant_id = $1 and currency = $4 and bought_on < $2::date
     and ($3::date is null or bought_on >= $3::date)
   group by customer_id
  having count(*) filter (where kind = 'sale' and amount_minor > 0) > 0`;

const quantiles = `
  select percentile_cont(array[.2, .4, .6, .8]) within group (order by recency_days) as recency_days,
         percentile_cont(array[.2, .4, .6, .8]) within group (order by frequency) as frequency,
         percentile_cont(array[.2, .4, .6, .8]) within group (order by monetary_minor) as monetary_minor,
         bool_and(monetary_minor % 100 = 0) as whole_amounts
    from rfm_facts`;

interface Quantiles {
  recency_days: number[];
  frequency: number[];
  monetary_minor: number[];
  whole_amounts: boolean;
}

function cutsOf(found: Quantiles): RfmCuts {
  const above = (cuts: readonly number[], grain: number) => cuts.map((cut) => cut + grain);
  return {
    recencyDays: above(found.recency_days, 1),
    frequency: above(found.frequency, 1),
    monetaryMinor: above(found.monetary_minor, found.whole_amounts ? 100 : 1),
  };
}

const scoring = `
  with scored as (
    select *, (5 - (select count(*) from unnest($3::float8[]) cut where recency_days >= cut))::smallint as r,
           (1 + (select count(*) from unnest($4::float8[]) cut where frequency >= cut))::smallint as f,
           (1 + (select count(*) from unnest($5::float8[]) cut where monetary_minor >= cut))::smallint as m
      from rfm_facts),
  grouped as (
    select s.*, (8 * r + 6 * f + 6 * m)::smallint as weighted_score, g.code as group_code,
           row_number() over (order by 8 * r + 6 * f + 6 * m desc, monetary_minor desc, customer_id) <= ceil(count(*) over () * $6 / 10000.0) as is_top
      from scored s
      join unnest($7::text[], $8::bool[], $9::bool[], $10::bool[]) g(code, high_r, high_f, high_m)
        on g.high_r = (r >= $11) and g.high_f = (f >= $12) and g.high_m = (m >= $13))
  insert into tags.rfm_scores (tenant_id, customer_id, run_id, store_id, last_bought_on, recency_days, frequency, monetary_minor,
                                      r, f, m, weighted_score, group_code, is_top)
  select $1, g.customer_id, $2, p.store_id, last_bought_on, recency_days, frequency, monetary_minor, r, f, m, weighted_score, group_code, is_top
    from grouped g left join customers.people p on p.tenant_id = $1 and p.customer_id = g.customer_id order by g.customer_id
  on conflict (tenant_id, customer_id) do update
    set run_id = excluded.run_id, store_id = excluded.store_id, last_bought_on = excluded.last_bought_on, recency_days = excluded.recency_days,
        frequency = excluded.frequency, monetary_minor = excluded.monetary_minor, r = excluded.r, f = excluded.f, m = excluded.m,
        weighted_score = excluded.weighted_score, group_code = excluded.group_code, is_top = excluded.is_top`;

/** Scores all customers of a tenant in a handful of set-based statements, inside the caller's transaction. */
export async function scoreCustomers(tx: Tx, scope: Scope): Promise<ScoredRun> {
  const { tenantId, runId, model } = scope;
  const period = await findPeriod(tx, scope);
  if (!period?.currency) {
    await tx.execute(`delete from tags.rfm_scores where tenant_id = $1`, [tenantId]);
    return { customers: 0, currency: null, asOfOn: null, fromOn: null, cuts: null };
  }
  await tx.execute(factsTable);
  await tx.execute(measure, [tenantId, period.as_of_on, period.from_on, period.currency]);
  const [found] = await tx.query<Quantiles>(quantiles);
  if (!found?.recency_days) throw new Error('RFM found sales but no customers to score');
  const cuts = cutsOf(found);
  const customers = await tx.execute(scoring, [
    tenantId,
    runId,
    cuts.recencyDays,
    cuts.frequency,
    cuts.monetaryMinor,
    model.topShareBps,
    rfmGroups.map(({ code }) => code),
    rfmGroups.map(({ highR }) => highR),
    rfmGroups.map(({ highF }) => highF),
    rfmGroups.map(({ highM }) => highM),
    model.highFrom.r,
    model.highFrom.f,
    model.highFrom.m,
  ]);
  await tx.execute(`delete from tags.rfm_scores where tenant_id = $1 and run_id <> $2`, [tenantId, runId]);
  await tx.execute(
    `insert into tags.rfm_history (tenant_id, run_id, customer_id, group_code)
     select tenant_id, run_id, customer_id, group_code from tags.rfm_scores where tenant_id = $1`,
    [tenantId],
  );
  return {
    customers,
    currency: period.currency,
    asOfOn: period.as_of_on,
    fromOn: period.from_on,
    cuts,
  };
}
