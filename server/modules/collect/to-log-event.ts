import { newId } from '#platform/ids';
import type { IdentifierRef, LogEvent } from '#platform/log/event';
import { normaliseEmail, normalisePhone } from '#platform/personal-data';

import { typeNames } from './catalogue.ts';
import type { SegmentMessage } from './segment-message.ts';
import { isPublicKind } from './source.ts';
import type { KnownSource } from './source.ts';

/** How a request reached us: what the calls themselves do not say. */
export interface Reception {
  readonly source: Pick<KnownSource, 'tenantId' | 'sourceId' | 'kind'>;
  /** UTC milliseconds. */
  readonly receivedAt: number;
  /** The sender's clock when it sent, as written in the request. */
  readonly sentAt?: unknown;
  readonly ip: string;
  /** An import of the past: times are taken as they are. */
  readonly historical?: boolean;
}

const dayMs = 86_400_000;

/** The event of a checked call: person, name and time as our log writes them. */
export function toLogEvent(message: SegmentMessage, reception: Reception): LogEvent {
  const { source, receivedAt } = reception;
  const { type, messageId, traits, context } = message;
  const claimed = isPublicKind(source.kind);
  return {
    tenantId: source.tenantId,
    sourceId: source.sourceId,
    messageId: messageId ? messageId : newId(),
    type,
    name: type === 'track' ? (message.event ?? '').trim() : typeNames[type],
    occurredAt: occurredAt(message, reception),
    receivedAt,
    identifiers: identifiersOf(message),
    ...(claimed ? { claimed } : {}),
    properties: propertiesOf(message),
    ...(traits ? { traits } : {}),
    ...contextOf(context, claimed ? reception.ip : undefined),
  };
}

/** `receivedAt − (sentAt − originalTimestamp)`: what the sender's clock shows wrong cancels out. */
function occurredAt(message: SegmentMessage, { receivedAt, sentAt, historical = false }: Reception): number {
  const original = toMs(message.originalTimestamp) ?? toMs(message.timestamp);
  if (original === null) return receivedAt;
  const sent = toMs(message.sentAt) ?? toMs(sentAt);
  const corrected = sent === null || historical ? original : receivedAt - (sent - original);
  return corrected > receivedAt + dayMs || corrected < 0 ? receivedAt : Math.round(corrected);
}

const zoneless = /^\d{4}-\d{2}-\d{2}[T ][\d:.]+$/;

/** UTC milliseconds of a time as trackers write it; a time without a zone is UTC, never the server's. */
export function toMs(value: unknown): number | null {
  if (typeof value === 'number') return Number.isFinite(value) ? value : null;
  if (typeof value !== 'string' || value === '') return null;
  const ms = Date.parse(zoneless.test(value) ? `${value.replace(' ', 'T')}Z` : value);
  return Number.isNaN(ms) ? null : ms;
}

/** `context.externalIds` types we know by another name. */
const externalKinds: Readonly<Record<string, string>> = {
  user_id: 'member_no',
  anonymous_id: 'device',
  wechat_unionid: 'unionid',
  wechat_openid: 'openid',
  wecom_external_userid: 'external_userid',
};

function identifiersOf(message: SegmentMessage): IdentifierRef[] {
  const { type, userId, anonymousId, previousId, traits, context } = message;
  const found: IdentifierRef[] = [];
  const add = (kind: string, value: unknown, scope: unknown = ''): void => {
    const text = typeof value === 'string' ? value.trim() : typeof value === 'number' ? String(value) : '';
    if (text === '') return;
    const ref = { kind, scope: typeof scope === 'string' ? scope : '', value: text };
    if (!found.some((other) => other.kind === kind && other.value === text && other.scope === ref.scope))
      found.push(ref);
  };
  add('member_no', userId);
  // Trackers announce with alias what was anonymous before; the same id on both sides says nothing.
  if (type === 'alias' && String(previousId) !== String(userId)) add('device', previousId);
  add('device', anonymousId);
  for (const { id, type: kind, scope } of context?.externalIds ?? []) {
    if (kind === 'phone') add('phone', normalisePhone(String(id)));
    else if (kind === 'email') add('email', normaliseEmail(String(id)));
    else add(externalKinds[kind] ?? kind, id, scope);
  }
  for (const about of [traits, context?.traits]) {
    if (typeof about?.['phone'] === 'string') add('phone', normalisePhone(about['phone']));
    if (typeof about?.['email'] === 'string') add('email', normaliseEmail(about['email']));
  }
  return found;
}

function propertiesOf({ type, name, groupId, properties }: SegmentMessage): Readonly<Record<string, unknown>> {
  const given = properties ?? {};
  if ((type === 'page' || type === 'screen') && name) return { name, ...given };
  if (type === 'group') return { group_id: groupId, ...given };
  return given;
}

function contextOf(
  context: SegmentMessage['context'],
  ip: string | undefined,
): { context?: Readonly<Record<string, unknown>> } {
  // The identifiers in it have been taken out above; twice in the log they would only have to be erased twice.
  const { externalIds: _taken, ...rest } = context ?? {};
  const whole = ip === undefined || 'ip' in rest ? rest : { ...rest, ip };
  return Object.keys(whole).length > 0 ? { context: whole } : {};
}
