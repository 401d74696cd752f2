import type { Context } from '#platform/context';
import { TooManyRequests } from '#platform/errors';

/** How a bucket counts: `growing` waits longer after every failure, `window` allows so many per window. */
export type ThrottlePolicy =
  | {
      readonly kind: 'growing';
      readonly freeAttempts: number;
      readonly longestS: number;
      readonly forgetAfterS: number;
    }
  | { readonly kind: 'window'; readonly limit: number; readonly windowS: number };

/** Sign-in attempts on one login or from one known device: three free, then 1 s, 2 s, 4 s … 15 min; forgotten after a day. */
export const perSecret: ThrottlePolicy = { kind: 'growing', freeAttempts: 3, longestS: 900, forgetAfterS: 86_400 };
/** Sign-in attempts from one address. */
export const perAddress: ThrottlePolicy = { kind: 'window', limit: 20, windowS: 60 };

export type ThrottleContext = Pick<Context, 'tx' | 'services'>;

interface Bucket {
  readonly bucket: string;
  /** The login, device or address; stored as a keyed hash only. */
  readonly key: string;
}

interface Counted {
  attempts: number;
  wait_s: number;
}

// The row stays locked until the attempt's transaction ends, so that parallel attempts are counted one after another.
const count = `
  insert into platform.throttles as t (bucket, key, attempts, since_at, last_at, blocked_until)
  values ($1, $2, 1, now(), now(), 'epoch')
  on conflict (bucket, key) do update set
    attempts = case when t.blocked_until > now() then t.attempts when t.since_at < now() - make_interval(secs => $3) then 1 else t.attempts + 1 end,
    since_at = case when t.blocked_until <= now() and t.since_at < now() - make_interval(secs => $3) then now() else t.since_at end,
    last_at  = now()
  returning attempts, greatest(0, ceil(extract(epoch from blocked_until - now())))::int as wait_s`;

/**
 * Counts an attempt before it is judged, in the transaction of the attempt; throws TooManyRequests with the seconds to wait while
 * the bucket is blocked. An attempt refused this way does not make the wait longer: nobody can lock another person out for good.
 */
export async function countAttempt(
  ctx: ThrottleContext,
  { bucket, key }: Bucket,
  policy: ThrottlePolicy,
): Promise<void> {
  const hashed = await keyHash(ctx, bucket, key);
  const spanS = policy.kind === 'window' ? policy.windowS : policy.forgetAfterS;
  const [row] = await ctx.tx.query<Counted>(count, [bucket, hashed, spanS]);
  if (!row) throw new Error(`the throttle ${bucket} was not counted`);
  if (row.wait_s > 0) throw new TooManyRequests(row.wait_s);
  const blockS = blockedForS(policy, row.attempts);
  if (blockS > 0) {
    await ctx.tx.execute(
      policy.kind === 'window'
        ? `update platform.throttles set blocked_until = since_at + make_interval(secs => $3) where bucket = $1 and key = $2`
        : `update platform.throttles set blocked_until = now() + make_interval(secs => $3) where bucket = $1 and key = $2`,
      [bucket, hashed, blockS],
    );
  }
}

function blockedForS(policy: ThrottlePolicy, attempts: number): number {
  if (policy.kind === 'window') return attempts >= policy.limit ? policy.windowS : 0;
  if (attempts < policy.freeAttempts) return 0;
  return Math.min(policy.longestS, 2 ** Math.min(attempts - policy.freeAttempts, 20));
}

/** Forgets a bucket after the attempt succeeded. */
export async function forgetAttempts(ctx: ThrottleContext, { bucket, key }: Bucket): Promise<void> {
  await ctx.tx.execute(`delete from platform.throttles where bucket = $1 and key = $2`, [
    bucket,
    await keyHash(ctx, bucket, key),
  ]);
}

async function keyHash(ctx: ThrottleContext, bucket: string, key: string): Promise<Buffer> {
  const vault = await ctx.services.vaults.forInstallation(ctx.tx);
  return vault.blindIndex(`throttle:${bucket}`, key);
}
