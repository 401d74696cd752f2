import type { IdentifierRef } from '#platform/log/event';
import { normaliseEmail, normalisePhone } from '#platform/personal-data';

const placeholders = new Set(
  `anonymous guest distinctid distinct_id id not_authenticated email undefined true false test unknown null nil none nan n/a na admin
   root user blank empty nobody default 0 -1 [object object] 无 暂无 未知 匿名 游客 散客`
    .split(/\s+(?!object\])/)
    .map((word) => word.trim()),
);
const longest = 200;
// Senders choose kind and scope too: whatever Postgres could not store as text must stop here, not in the middle of a batch.
const unprintable = /\p{Cc}|\p{Cs}/u;
const mobile = /^(?:\+?86)?(1[3-9]\d{9})$/;

/** The identifier as its kind writes it, or null when the value cannot name one person: empty, a placeholder, masked. */
export function normaliseIdentifier({ kind, scope, value }: IdentifierRef): IdentifierRef | null {
  if (!/^[a-z][a-z0-9_]{0,39}$/.test(kind) || scope.length > longest || unprintable.test(scope)) return null;
  const trimmed = value.trim();
  if (
    unprintable.test(trimmed) ||
    trimmed === '' ||
    trimmed.length > longest ||
    trimmed.includes('*') ||
    isPlaceholder(trimmed)
  )
    return null;
  const normalised = normaliseValue(kind, trimmed);
  return normalised === null ? null : { kind, scope: isGlobal(kind) ? '' : scope.trim(), value: normalised };
}

function normaliseValue(kind: string, value: string): string | null {
  switch (kind) {
    case 'phone':
    case 'receiver_phone':
      return phone(value);
    case 'email':
      return email(value);
    case 'device':
      return /^[0-9a-f-]{32,36}$/i.test(value) ? value.toLowerCase() : value;
    default:
      return value;
  }
}

// One phone or mailbox is the same whoever reports it.
function isGlobal(kind: string): boolean {
  return kind === 'phone' || kind === 'receiver_phone' || kind === 'email';
}

function isPlaceholder(value: string): boolean {
  const bare = value.replaceAll(/^["'“”]+|["'“”]+$/g, '').toLowerCase();
  return bare === '' || placeholders.has(bare) || /^[0-]+$/.test(bare) || /^(.)\1{6,}$/u.test(bare);
}

function phone(value: string): string | null {
  // Nine of ten values are mainland mobiles: the full parser costs ten times this.
  const quick = mobile.exec(value);
  const e164 = quick ? `+86${quick[1]}` : normalisePhone(value);
  // A mainland mobile with a digit missing could pass for some landline.
  if (e164 === null || e164.length < 9 || (/^\+861[3-9]/.test(e164) && e164.length !== 14)) return null;
  const national = e164.slice(3);
  if (/(\d)\1{7}$/.test(national) || /(?:12345678|87654321)$/.test(national) || national === '13800138000') return null;
  return e164;
}

function email(value: string): string | null {
  const normalised = normaliseEmail(value);
  if (normalised === null) return null;
  const [local = '', domain = ''] = normalised.split('@');
  if (/^(?:test|tests|none|null|na|no|noemail|noreply|no-reply|admin|a|abc|xxx)$/.test(local)) return null;
  return /^(?:example\.(?:com|org|net)|test\.com|localhost\.\w+|.*\.(?:invalid|test|example))$/.test(domain)
    ? null
    : normalised;
}
