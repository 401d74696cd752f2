import { audit } from '#platform/audit';
import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import type { Tx } from '#platform/database';
import { NotFound } from '#platform/errors';
import { newId } from '#platform/ids';

export type Channel = 'inbox' | 'email' | 'log';
export type TouchClass = 'service' | 'marketing';

export interface Template {
  readonly templateId: string;
  readonly name: string;
  readonly channel: Channel;
  readonly touchClass: TouchClass;
  readonly subject: string;
  readonly body: string;
  readonly updatedAt: Date;
}

export type NewTemplate = Omit<Template, 'templateId' | 'updatedAt'>;

const columns = `template_id as "templateId", name, channel, touch_class as "touchClass", subject, body, updated_at as "updatedAt"`;

/** All templates, last changed first. */
export async function listTemplates(ctx: Context): Promise<Template[]> {
  return ctx.tx.query<Template>(
    `select ${columns} from messaging.templates where tenant_id = $1 and archived_at is null order by updated_at desc, template_id`,
    [ctx.tenantId],
  );
}

/** Templates by id, archived ones included: a running journey finishes with what it began with. */
export async function findTemplates(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  ids: readonly string[],
): Promise<ReadonlyMap<string, Template>> {
  const rows = await ctx.tx.query<Template>(
    `select ${columns} from messaging.templates where tenant_id = $1 and template_id = any($2::uuid[])`,
    [ctx.tenantId, ids],
  );
  return new Map(rows.map((row) => [row.templateId, row]));
}

export async function createTemplate(ctx: Context, template: NewTemplate): Promise<string> {
  const templateId = newId();
  await ctx.tx.execute(
    `insert into messaging.templates (tenant_id, template_id, name, channel, touch_class, subject, body, updated_by)
     values ($1, $2, $3, $4, $5, $6, $7, $8)`,
    [
      ctx.tenantId,
      templateId,
      template.name,
      template.channel,
      template.touchClass,
      template.subject,
      template.body,
      actorRef(ctx.actor),
    ],
  );
  await audit(ctx, { action: 'messaging.create-template', objectType: 'template', objectId: templateId });
  return templateId;
}

export async function changeTemplate(ctx: Context, templateId: string, template: NewTemplate): Promise<void> {
  const changed = await ctx.tx.execute(
    `update messaging.templates set name = $3, channel = $4, touch_class = $5, subject = $6, body = $7, updated_at = now(), updated_by = $8
      where tenant_id = $1 and template_id = $2 and archived_at is null`,
    [
      ctx.tenantId,
      templateId,
      template.name,
      template.channel,
      template.touchClass,
      template.subject,
      template.body,
      actorRef(ctx.actor),
    ],
  );
  if (changed === 0) throw new NotFound('template');
  await audit(ctx, { action: 'messaging.change-template', objectType: 'template', objectId: templateId });
}

export async function archiveTemplate(ctx: Context, templateId: string): Promise<void> {
  const changed = await ctx.tx.execute(
    `update messaging.templates set archived_at = now(), updated_by = $3 where tenant_id = $1 and template_id = $2 and archived_at is null`,
    [ctx.tenantId, templateId, actorRef(ctx.actor)],
  );
  if (changed === 0) throw new NotFound('template');
  await audit(ctx, { action: 'messaging.archive-template', objectType: 'template', objectId: templateId });
}
