import type * as z from 'zod';

import { audit } from '#platform/audit';
import { actorRef } from '#platform/context';
import type { Context } from '#platform/context';
import type { Tx } from '#platform/database';
import { defineError, InvalidInput, NotFound } from '#platform/errors';
import { newId } from '#platform/ids';

/** Something that stops a definition from being published: a code and parameters for the screen, and where in the content it is. */
export interface DefinitionProblem {
  readonly code: string;
  readonly path: string;
  readonly parameters?: Readonly<Record<string, unknown>> | undefined;
}

/** A kind of definition: its name, the schema of its content, and what else must hold before it may run. */
export interface DefinitionKind<Content> {
  readonly kind: string;
  readonly schema: z.ZodType<Content>;
  readonly problems?: (ctx: Context, content: Content) => DefinitionProblem[] | Promise<DefinitionProblem[]>;
}

export interface Definition<Content> {
  readonly definitionId: string;
  readonly name: string;
  readonly status: 'active' | 'paused' | 'archived';
  readonly revision: number;
  readonly draft: Content | null;
  readonly publishedVersion: number | null;
  readonly published: Content | null;
  readonly publishedAt: Date | null;
  readonly updatedAt: Date;
  readonly updatedBy: string;
}

export interface DefinitionVersion<Content> {
  readonly version: number;
  readonly content: Content;
  readonly note: string;
  readonly publishedAt: Date;
  readonly publishedBy: string;
  readonly restores: number | null;
}

/** A definition that is running now, as the pipeline and jobs load it. */
export interface RunningDefinition<Content> {
  readonly tenantId: number;
  readonly definitionId: string;
  readonly name: string;
  readonly version: number;
  readonly content: Content;
}

export const EditedMeanwhile = defineError(
  'edited_meanwhile',
  409,
  (revision: number) => `Someone saved revision ${revision} meanwhile. Reload and apply your change again.`,
  (revision) => ({ revision }),
);
export const NotPublishable = defineError(
  'not_publishable',
  422,
  (problems: readonly DefinitionProblem[]) => `Publishing is refused: ${problems.map(({ code }) => code).join(', ')}.`,
  (problems) => ({ problems }),
);

interface Row {
  definition_id: string;
  name: string;
  status: 'active' | 'paused' | 'archived';
  revision: number;
  draft: unknown;
  published_version: number | null;
  content: unknown;
  published_at: Date | null;
  updated_at: Date;
  updated_by: string;
}

const select = `
  select d.definition_id, d.name, d.status, d.revision, d.draft, d.published_version, v.content, v.published_at, d.updated_at, d.updated_by
    from platform.definitions d
    left join platform.definition_versions v
      on v.tenant_id = d.tenant_id and v.definition_id = d.definition_id and v.version = d.published_version
   where d.tenant_id = $1 and d.kind = $2`;

function fromRow<Content>(kind: DefinitionKind<Content>, row: Row): Definition<Content> {
  return {
    definitionId: row.definition_id,
    name: row.name,
    status: row.status,
    revision: row.revision,
    draft: row.draft === null ? null : kind.schema.parse(row.draft),
    publishedVersion: row.published_version,
    published: row.content === null ? null : kind.schema.parse(row.content),
    publishedAt: row.published_at,
    updatedAt: row.updated_at,
    updatedBy: row.updated_by,
  };
}

function parseContent<Content>(kind: DefinitionKind<Content>, content: unknown): Content {
  const parsed = kind.schema.safeParse(content);
  if (parsed.success) return parsed.data;
  throw new InvalidInput(
    parsed.error.issues.map((issue) => ({ path: issue.path.map(String).join('.'), message: issue.message })),
  );
}

/** Starts a definition as a draft and returns its id. */
export async function createDefinition<Content>(
  ctx: Context,
  kind: DefinitionKind<Content>,
  { name, content }: { name: string; content: unknown },
): Promise<string> {
  const definitionId = newId();
  await ctx.tx.execute(
    `insert into platform.definitions (tenant_id, definition_id, kind, name, draft, updated_by) values ($1, $2, $3, $4, $5, $6)`,
    [ctx.tenantId, definitionId, kind.kind, name, JSON.stringify(parseContent(kind, content)), actorRef(ctx.actor)],
  );
  return definitionId;
}

/** Saves the draft when nobody else saved since `revision`; returns the new revision. */
export async function saveDraft<Content>(
  ctx: Context,
  kind: DefinitionKind<Content>,
  definitionId: string,
  { name, content, revision }: { name?: string | undefined; content: unknown; revision: number },
): Promise<number> {
  const [saved] = await ctx.tx.query<{ revision: number }>(
    `update platform.definitions
        set draft = $4, name = coalesce($5, name), revision = revision + 1, updated_at = now(), updated_by = $6
      where tenant_id = $1 and kind = $2 and definition_id = $3 and revision = $7 returning revision`,
    [
      ctx.tenantId,
      kind.kind,
      definitionId,
      JSON.stringify(parseContent(kind, content)),
      name ?? null,
      actorRef(ctx.actor),
      revision,
    ],
  );
  if (saved) return saved.revision;
  throw new EditedMeanwhile((await findDefinition(ctx, kind, definitionId)).revision);
}

/** Reads one definition with its draft and its published content. */
export async function findDefinition<Content>(
  ctx: Context,
  kind: DefinitionKind<Content>,
  definitionId: string,
): Promise<Definition<Content>> {
  const [row] = await ctx.tx.query<Row>(`${select} and d.definition_id = $3`, [ctx.tenantId, kind.kind, definitionId]);
  if (!row) throw new NotFound(kind.kind);
  return fromRow(kind, row);
}

/** All definitions of a kind that are not archived, last edited first. */
export async function listDefinitions<Content>(
  ctx: Context,
  kind: DefinitionKind<Content>,
): Promise<Definition<Content>[]> {
  const rows = await ctx.tx.query<Row>(
    `${select} and d.status <> 'archived' order by d.updated_at desc, d.definition_id`,
    [ctx.tenantId, kind.kind],
  );
  return rows.map((row) => fromRow(kind, row));
}

/** Makes the draft the running version after its kind's checks; versions never change afterwards. */
export async function publishDefinition<Content>(
  ctx: Context,
  kind: DefinitionKind<Content>,
  definitionId: string,
  { note = '', revision }: { note?: string | undefined; revision?: number | undefined } = {},
): Promise<DefinitionVersion<Content>> {
  const [locked] = await ctx.tx.query<{ draft: unknown; revision: number }>(
    `select draft, revision from platform.definitions where tenant_id = $1 and kind = $2 and definition_id = $3 for update`,
    [ctx.tenantId, kind.kind, definitionId],
  );
  if (!locked) throw new NotFound(kind.kind);
  if (revision !== undefined && revision !== locked.revision) throw new EditedMeanwhile(locked.revision);
  if (locked.draft === null) throw new NotPublishable([{ code: 'nothing_to_publish', path: '' }]);
  return addVersion(ctx, kind, definitionId, parseContent(kind, locked.draft), { note, restores: null });
}

/** Brings the content of an earlier version back as a new version. */
export async function rollBackDefinition<Content>(
  ctx: Context,
  kind: DefinitionKind<Content>,
  definitionId: string,
  toVersion: number,
): Promise<DefinitionVersion<Content>> {
  await ctx.tx.query(
    `select from platform.definitions where tenant_id = $1 and kind = $2 and definition_id = $3 for update`,
    [ctx.tenantId, kind.kind, definitionId],
  );
  const earlier = await versionOf(ctx, kind, definitionId, toVersion);
  return addVersion(ctx, kind, definitionId, earlier.content, { note: '', restores: toVersion });
}

async function addVersion<Content>(
  ctx: Context,
  kind: DefinitionKind<Content>,
  definitionId: string,
  content: Content,
  { note, restores }: { note: string; restores: number | null },
): Promise<DefinitionVersion<Content>> {
  const problems = (await kind.problems?.(ctx, content)) ?? [];
  if (problems.length > 0) throw new NotPublishable(problems);
  const [row] = await ctx.tx.query<{ version: number; published_at: Date }>(
    `insert into platform.definition_versions (tenant_id, definition_id, version, content, note, published_at, published_by, restores)
     select $1, $2, coalesce(max(version), 0) + 1, $3, $4, now(), $5, $6
       from platform.definition_versions where tenant_id = $1 and definition_id = $2
     returning version, published_at`,
    [ctx.tenantId, definitionId, JSON.stringify(content), note, actorRef(ctx.actor), restores],
  );
  if (!row) throw new NotFound(kind.kind);
  await ctx.tx.execute(
    `update platform.definitions
        set published_version = $3, draft = null, revision = revision + 1, updated_at = now(), updated_by = $4
      where tenant_id = $1 and definition_id = $2`,
    [ctx.tenantId, definitionId, row.version, actorRef(ctx.actor)],
  );
  await audit(ctx, {
    action: restores === null ? 'definitions.publish' : 'definitions.roll_back',
    objectType: kind.kind,
    objectId: definitionId,
    details: { version: row.version, restores, note },
  });
  return {
    version: row.version,
    content,
    note,
    publishedAt: row.published_at,
    publishedBy: actorRef(ctx.actor),
    restores,
  };
}

/** Pauses, resumes or archives a definition; audited. */
export async function setDefinitionStatus<Content>(
  ctx: Context,
  kind: DefinitionKind<Content>,
  definitionId: string,
  status: 'active' | 'paused' | 'archived',
): Promise<void> {
  const changed = await ctx.tx.execute(
    `update platform.definitions set status = $4, updated_at = now(), updated_by = $5
      where tenant_id = $1 and kind = $2 and definition_id = $3`,
    [ctx.tenantId, kind.kind, definitionId, status, actorRef(ctx.actor)],
  );
  if (changed === 0) throw new NotFound(kind.kind);
  await audit(ctx, { action: `definitions.${status}`, objectType: kind.kind, objectId: definitionId });
}

/** Reads one published version. */
export async function versionOf<Content>(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  kind: DefinitionKind<Content>,
  definitionId: string,
  version: number,
): Promise<DefinitionVersion<Content>> {
  const found = (await versionsOf(ctx, kind, definitionId)).find((candidate) => candidate.version === version);
  if (!found) throw new NotFound(`version ${version}`);
  return found;
}

/** All published versions, newest first. */
export async function versionsOf<Content>(
  ctx: { readonly tx: Tx; readonly tenantId: number },
  kind: DefinitionKind<Content>,
  definitionId: string,
): Promise<DefinitionVersion<Content>[]> {
  const rows = await ctx.tx.query<{
    version: number;
    content: unknown;
    note: string;
    published_at: Date;
    published_by: string;
    restores: number | null;
  }>(
    `select v.version, v.content, v.note, v.published_at, v.published_by, v.restores
       from platform.definition_versions v
       join platform.definitions d using (tenant_id, definition_id)
      where v.tenant_id = $1 and d.kind = $2 and v.definition_id = $3 order by v.version desc`,
    [ctx.tenantId, kind.kind, definitionId],
  );
  return rows.map((row) => ({
    version: row.version,
    content: kind.schema.parse(row.content),
    note: row.note,
    publishedAt: row.published_at,
    publishedBy: row.published_by,
    restores: row.restores,
  }));
}

/** The published, active definitions of a kind: of one tenant, or of all tenants for the pipeline. */
export async function runningDefinitions<Content>(
  tx: Tx,
  kind: DefinitionKind<Content>,
  tenantId: number | null,
): Promise<RunningDefinition<Content>[]> {
  const rows = await tx.query<{
    tenant_id: number;
    definition_id: string;
    name: string;
    version: number;
    content: unknown;
  }>(
    `select d.tenant_id, d.definition_id, d.name, v.version, v.content
       from platform.definitions d
       join platform.definition_versions v
         on v.tenant_id = d.tenant_id and v.definition_id = d.definition_id and v.version = d.published_version
      where d.kind = $1 and d.status = 'active' and ($2::int is null or d.tenant_id = $2)
      order by d.tenant_id, d.definition_id`,
    [kind.kind, tenantId],
  );
  return rows.map((row) => ({
    tenantId: row.tenant_id,
    definitionId: row.definition_id,
    name: row.name,
    version: row.version,
    content: kind.schema.parse(row.content),
  }));
}
