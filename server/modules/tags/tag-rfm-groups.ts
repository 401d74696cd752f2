import type { Tx } from '#platform/database';

import { rfmGroups } from './rfm-model.ts';

const names: Readonly<Record<string, string>> = {
  champions: '重要价值客户',
  promising_big_spenders: '重要发展客户',
  must_keep: '重要保持客户',
  must_win_back: '重要挽留客户',
  regulars: '一般价值客户',
  newcomers: '一般发展客户',
  fading_regulars: '一般保持客户',
  lapsed: '一般挽留客户',
};

/** Makes every customer carry exactly the tag of their present RFM group, and records each change. */
export async function tagRfmGroups(tx: Tx, { tenantId, runId }: { tenantId: number; runId: string }): Promise<void> {
  await ensureTags(tx, tenantId);
  const source = `rfm:${runId}`;
  await tx.execute(
    `with gone as (
       delete from tags.customer_tags c using tags.tags t
        where c.tenant_id = $1 and t.tenant_id = $1 and t.tag_id = c.tag_id and t.kind = 'rfm'
          and not exists (select from tags.rfm_scores s where s.tenant_id = $1 and s.customer_id = c.customer_id and 'rfm.' || s.group_code = t.code)
       returning c.origin_customer_id, c.tag_id)
     insert into tags.tag_changes (tenant_id, origin_customer_id, tag_id, added, source)
     select $1, origin_customer_id, tag_id, false, $2 from gone`,
    [tenantId, source],
  );
  await tx.execute(
    `with come as (
       insert into tags.customer_tags (tenant_id, customer_id, origin_customer_id, tag_id, source)
       select $1, s.customer_id, s.customer_id, t.tag_id, $2
         from tags.rfm_scores s join tags.tags t on t.tenant_id = $1 and t.code = 'rfm.' || s.group_code
        where s.tenant_id = $1
          and not exists (select from tags.customer_tags c where c.tenant_id = $1 and c.tag_id = t.tag_id and c.customer_id = s.customer_id)
       on conflict do nothing returning origin_customer_id, tag_id)
     insert into tags.tag_changes (tenant_id, origin_customer_id, tag_id, added, source)
     select $1, origin_customer_id, tag_id, true, $2 from come`,
    [tenantId, source],
  );
}

async function ensureTags(tx: Tx, tenantId: number): Promise<void> {
  await tx.execute(
    `insert into tags.tags (tenant_id, tag_id, code, name, group_name, kind, created_by)
     select $1, (select coalesce(max(tag_id), 0) from tags.tags where tenant_id = $1) + g.n, 'rfm.' || g.code, g.name, 'RFM', 'rfm', 'system:rfm'
       from unnest($2::text[], $3::text[]) with ordinality g(code, name, n)
      where not exists (select from tags.tags t where t.tenant_id = $1 and t.code = 'rfm.' || g.code)
     on conflict do nothing`,
    [tenantId, rfmGroups.map(({ code }) => code), rfmGroups.map(({ code }) => names[code] ?? code)],
  );
}
