import { createHash, createPublicKey, sign, verify } from 'node:crypto';
import type { KeyObject } from 'node:crypto';
import { appendFile, mkdir, open, readFile } from 'node:fs/promises';
import { join } from 'node:path';

import { canonicalize } from 'json-canonicalize';

import type { Config } from '#platform/config';
import { loadAuditSigningKey } from '#platform/vault-master-key';

/** Where anchors are kept and the key that signs them. */
export interface AuditAnchors {
  readonly folder: string;
  readonly signingKey: KeyObject;
}

/** A signed statement of where a tenant's chain stood: the database cannot rewrite what came before it unnoticed. */
export interface Anchor {
  readonly tenant: number;
  readonly seq: number;
  /** Hexadecimal hash of the entry `seq`. */
  readonly hash: string;
  readonly at: string;
  /** Hexadecimal SHA-256 of the line before, so that a removed or replaced anchor breaks the file. */
  readonly previous: string;
  readonly signature: string;
}

/** A line of an anchor file, judged. */
export interface ReadAnchor {
  readonly line: number;
  readonly anchor: Anchor | null;
  readonly fault: 'unreadable' | 'bad_signature' | 'broken_sequence' | null;
}

/** The anchors of this installation, in `audit-anchors` of the data folder; put that folder on another volume for more safety. */
export function openAnchors(config: Pick<Config, 'dataDir'>): AuditAnchors {
  return { folder: join(config.dataDir, 'audit-anchors'), signingKey: loadAuditSigningKey(config) };
}

/** Appends a signed anchor unless the chain has not grown since the last one; the line is on disk when this returns. */
export async function appendAnchor(
  { folder, signingKey }: AuditAnchors,
  { tenantId, seq, hash, at }: { tenantId: number; seq: number; hash: Buffer; at: Date },
): Promise<Anchor | null> {
  await mkdir(folder, { recursive: true, mode: 0o700 });
  const lines = await readLines(folder, tenantId);
  const last = lines.at(-1);
  const lastSeq = last === undefined ? 0 : (parseAnchor(last)?.seq ?? 0);
  if (lastSeq === seq) return null;
  const statement = {
    tenant: tenantId,
    seq,
    hash: hash.toString('hex'),
    at: at.toISOString(),
    previous: last === undefined ? '' : sha256(last),
  };
  const anchor = {
    ...statement,
    signature: sign(null, Buffer.from(canonicalize(statement)), signingKey).toString('base64'),
  };
  const path = anchorFile(folder, tenantId);
  await appendFile(path, `${canonicalize(anchor)}\n`, { mode: 0o600 });
  const file = await open(path, 'r');
  await file.sync().finally(() => file.close());
  return anchor;
}

/** Reads and checks a tenant's anchors, oldest first. */
export async function readAnchors({ folder, signingKey }: AuditAnchors, tenantId: number): Promise<ReadAnchor[]> {
  const publicKey = createPublicKey(signingKey);
  const lines = await readLines(folder, tenantId);
  return lines.map((text, index) => {
    const anchor = parseAnchor(text);
    const line = index + 1;
    if (!anchor) return { line, anchor: null, fault: 'unreadable' };
    const { signature, ...statement } = anchor;
    const signed = verify(null, Buffer.from(canonicalize(statement)), publicKey, Buffer.from(signature, 'base64'));
    if (!signed || anchor.tenant !== tenantId) return { line, anchor, fault: 'bad_signature' };
    const before = lines[index - 1];
    const follows = anchor.previous === (before === undefined ? '' : sha256(before));
    return { line, anchor, fault: follows ? null : 'broken_sequence' };
  });
}

function parseAnchor(text: string): Anchor | null {
  try {
    const value = JSON.parse(text) as Partial<Anchor> | null;
    const complete =
      typeof value?.seq === 'number' &&
      typeof value.tenant === 'number' &&
      [value.hash, value.at, value.previous, value.signature].every((part) => typeof part === 'string');
    return complete ? (value as Anchor) : null;
  } catch (error) {
    if (error instanceof SyntaxError) return null;
    throw error;
  }
}

async function readLines(folder: string, tenantId: number): Promise<string[]> {
  try {
    return (await readFile(anchorFile(folder, tenantId), 'utf8')).split('\n').filter((line) => line !== '');
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw error;
  }
}

function anchorFile(folder: string, tenantId: number): string {
  return join(folder, `tenant-${tenantId}.jsonl`);
}

function sha256(text: string): string {
  return createHash('sha256').update(text).digest('hex');
}
