import { createSource, listSources } from '#collect';
import { keepMarks } from '#demo';
import { addRegion, addStaff, addStore, listBrands, listStores, readTenant } from '#org';
import type { Context } from '#platform/context';

import { regions } from './brand.ts';
import { demoPassword } from './demo-password.ts';
import type { Within } from './within.ts';

/** The source under which the demo's behaviour is logged: marked as such, so that everybody sees what is made up. */
export async function demoSource(within: Within): Promise<number> {
  return within(async (ctx) => {
    const name = '演示数据 demo';
    const known = (await listSources(ctx, { limit: 200 })).items.find((source) => source.name === name);
    if (known) return known.sourceId;
    const made = await createSource(ctx, {
      name,
      kind: 'server',
      trusted: true,
      allowedOrigins: [],
      eventsPerS: 100_000,
    });
    await keepMarks(ctx, { sourceId: made.source.sourceId });
    return made.source.sourceId;
  });
}

/** Regions, stores and staff; those that exist stay. Returns the stores' numbers in the order of `regions`. */
export async function foundStores(within: Within): Promise<number[]> {
  return within(async (ctx) => {
    const [brand] = await listBrands(ctx);
    if (!brand) throw new Error('the demo brand does not exist');
    const present = new Map((await listStores(ctx, { limit: 200 })).items.map((store) => [store.code, store.storeId]));
    const ids: number[] = [];
    const founded = { storeIds: [] as number[], regionIds: [] as number[], staffIds: [] as string[] };
    for (const [r, region] of regions.entries()) {
      const missing = region.stores.some((_, s) => !present.has(`S${r + 1}${s + 1}`));
      const regionId = missing
        ? (await addRegion(ctx, { brandId: brand.brandId, parentRegionId: null, name: region.name })).regionId
        : null;
      for (const [s, [name, province, city, district, street, latitude, longitude]] of region.stores.entries()) {
        const code = `S${r + 1}${s + 1}`;
        const known = present.get(code);
        if (known !== undefined) {
          ids.push(known);
          continue;
        }
        const store = await addStore(ctx, {
          brandId: brand.brandId,
          regionId,
          kind: 'store',
          code,
          name,
          province,
          city,
          district,
          street,
          latitude,
          longitude,
          hours: [],
          capabilities: [],
        });
        ids.push(store.storeId);
        founded.storeIds.push(store.storeId);
        if (s === 0) founded.staffIds.push(...(await addPeople(ctx, code.toLowerCase(), store.storeId)));
      }
      if (regionId !== null) founded.regionIds.push(regionId);
    }
    if (founded.storeIds.length > 0) await keepMarks(ctx, founded);
    return ids;
  });
}

async function addPeople(ctx: Context, code: string, storeId: number): Promise<string[]> {
  const { code: company } = await readTenant(ctx);
  const add = (login: string, name: string, roleCode: string) =>
    addStaff(ctx, {
      login: `${login}-${code}@${company}.shuke`,
      name,
      password: demoPassword(ctx.services.config),
      roles: [{ roleCode, nodeKind: 'store', nodeId: storeId }],
    });
  const manager = await add('manager', '店长', 'store-manager');
  const guide = await add('guide', '导购', 'guide');
  return [manager.staffId, guide.staffId];
}
