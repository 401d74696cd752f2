import { createHash, randomBytes } from 'node:crypto';

/** Where a source's events are made: in front of a visitor (and so unverified) or on a machine the company runs. */
export type SourceKind = 'browser' | 'mini_program' | 'app' | 'server' | 'device';

/** What the event API needs to know of the source behind a write key. */
export interface KnownSource {
  readonly tenantId: number;
  readonly sourceId: number;
  readonly kind: SourceKind;
  readonly enabled: boolean;
  readonly trusted: boolean;
  /** Web origins that may send; empty: all. */
  readonly allowedOrigins: readonly string[];
  readonly eventsPerS: number;
}

/** Whether people can see the write key and type what they like: browser, mini-program and app. */
export function isPublicKind(kind: SourceKind): boolean {
  return kind === 'browser' || kind === 'mini_program' || kind === 'app';
}

/** A new write key: `wk_` and 192 random bits. */
export function newWriteKey(): string {
  return `wk_${randomBytes(24).toString('base64url')}`;
}

/** What is kept of a write key. It is random, so one plain hash suffices and can be looked up. */
export function writeKeyHash(writeKey: string): Buffer {
  return createHash('sha256').update(writeKey).digest();
}

/** The start of a key, to recognise it by. */
export function writeKeyHint(writeKey: string): string {
  return `${writeKey.slice(0, 7)}…`;
}
