import type { Context } from '#platform/context';
import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';

import { CategoryInUse, CategoryLoop } from './errors.ts';

export interface Category {
  readonly categoryId: string;
  readonly parentId: string | null;
  readonly name: string;
  readonly position: number;
  readonly isHidden: boolean;
}

type CategoryContent = Omit<Category, 'categoryId'>;

/** All categories, parents before children, in display order. */
export async function listCategories(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  { visibleOnly = false }: { visibleOnly?: boolean } = {},
): Promise<Category[]> {
  return ctx.tx.query<Category>(
    `with recursive tree as (
       select category_id, parent_id, name, position, is_hidden, 1 as depth from catalog.categories where tenant_id = $1 and parent_id is null
       union all
       select c.category_id, c.parent_id, c.name, c.position, c.is_hidden or (t.is_hidden and $2), t.depth + 1
         from catalog.categories c join tree t on c.tenant_id = $1 and c.parent_id = t.category_id)
     select category_id as "categoryId", parent_id as "parentId", name, position, is_hidden as "isHidden"
       from tree where not ($2 and is_hidden) order by depth, position, name`,
    [ctx.tenantId, visibleOnly],
  );
}

/** Adds a category; returns its id. */
export async function addCategory(ctx: Context, content: CategoryContent): Promise<string> {
  if (content.parentId !== null) await lockCategory(ctx, content.parentId);
  const categoryId = newId();
  await ctx.tx.execute(
    `insert into catalog.categories (tenant_id, category_id, parent_id, name, position, is_hidden) values ($1, $2, $3, $4, $5, $6)`,
    [ctx.tenantId, categoryId, content.parentId, content.name, content.position, content.isHidden],
  );
  return categoryId;
}

/** Renames, moves or hides a category. Throws `CategoryLoop` when it would stand below itself. */
export async function changeCategory(ctx: Context, categoryId: string, content: CategoryContent): Promise<void> {
  // Two moves at once could close a loop that neither sees.
  await ctx.tx.query(`select pg_advisory_xact_lock(hashtextextended('catalog.categories', $1))`, [ctx.tenantId]);
  await lockCategory(ctx, categoryId);
  if (content.parentId !== null) {
    await lockCategory(ctx, content.parentId);
    const [loop] = await ctx.tx.query(
      `with recursive above as (
         select category_id, parent_id from catalog.categories where tenant_id = $1 and category_id = $2
         union select c.category_id, c.parent_id from catalog.categories c join above a on c.tenant_id = $1 and c.category_id = a.parent_id)
       select 1 from above where category_id = $3`,
      [ctx.tenantId, content.parentId, categoryId],
    );
    if (loop) throw new CategoryLoop();
  }
  await ctx.tx.execute(
    `update catalog.categories set parent_id = $3, name = $4, position = $5, is_hidden = $6 where tenant_id = $1 and category_id = $2`,
    [ctx.tenantId, categoryId, content.parentId, content.name, content.position, content.isHidden],
  );
}

/** Removes an empty category. */
export async function removeCategory(ctx: Context, categoryId: string): Promise<void> {
  await lockCategory(ctx, categoryId);
  const [used] = await ctx.tx.query<{ count: number }>(
    `select ((select count(*) from catalog.products where tenant_id = $1 and category_id = $2)
           + (select count(*) from catalog.categories where tenant_id = $1 and parent_id = $2))::int as count`,
    [ctx.tenantId, categoryId],
  );
  if (used && used.count > 0) throw new CategoryInUse(used.count);
  await ctx.tx.execute(`delete from catalog.categories where tenant_id = $1 and category_id = $2`, [
    ctx.tenantId,
    categoryId,
  ]);
}

async function lockCategory(ctx: Context, categoryId: string): Promise<void> {
  const [row] = await ctx.tx.query(
    `select 1 from catalog.categories where tenant_id = $1 and category_id = $2 for update`,
    [ctx.tenantId, categoryId],
  );
  if (!row) throw new NotFound('Category');
}
