import nodemailer from 'nodemailer';
import * as z from 'zod';

import { contactPoints } from '#customers';
import type { Config } from '#platform/config';
import { everyStore } from '#platform/context';
import type { Tx } from '#platform/database';
import type { JobContext } from '#platform/jobs';

import { announceSent } from './send-messages.ts';
import type { SendContent } from './send-messages.ts';

const Content = z.object({ subject: z.string(), body: z.string() });

interface Waiting {
  readonly send_id: string;
  readonly customer_id: number;
  readonly channel: 'inbox' | 'email' | 'log';
  readonly touch_class: string;
  readonly content: Buffer;
}

interface Letter extends Waiting {
  readonly content_plain: SendContent;
  readonly address: string | null;
}

/** How one channel hands a message over. Throws `NotHandedOver` when it certainly did not go out. */
type HandOver = (letter: Letter) => Promise<void>;

/** The message certainly did not leave: it may be tried again. Anything else leaves it open whether it did. */
class NotHandedOver extends Error {}

const batchSize = 50;
const mostAttempts = 5;
/** A send still marked as going out after this long belongs to a process that died in the middle of it. */
const abandonedAfter = '10 minutes';

/** Takes waiting messages and marks them as going out, in a transaction of its own: a crash later leaves a trace, not a repeat. */
async function claim(tx: Tx, tenantId: number): Promise<Waiting[]> {
  await tx.execute(
    `update messaging.sends set state = 'unknown', reason = 'interrupted'
      where tenant_id = $1 and state = 'sending' and sending_since < now() - $2::interval`,
    [tenantId, abandonedAfter],
  );
  return tx.query<Waiting>(
    `with next as (
       select send_id from messaging.sends
        where tenant_id = $1 and state = 'reserved' and (not_before is null or not_before <= now())
        order by created_at limit $2 for update skip locked)
     update messaging.sends s set state = 'sending', sending_since = now(), attempts = attempts + 1
       from next where s.tenant_id = $1 and s.send_id = next.send_id
     returning s.send_id, s.customer_id, s.channel, s.touch_class, s.content`,
    [tenantId, batchSize],
  );
}

/** Sends everything of a tenant that waits, message by message, until nothing is left or the process stops. */
export async function deliverWaiting(
  job: Pick<JobContext, 'database' | 'services' | 'logger' | 'signal'>,
  tenantId: number,
): Promise<number> {
  const { database, services, logger, signal } = job;
  const visibility = { tenantId, scope: everyStore };
  const channels = handOvers(services.config, (letter) => {
    // The log channel is for trying things out; what it would have said is in the send, not in the log.
    logger.info({ sendId: letter.send_id, customerId: letter.customer_id }, 'message delivered to the log channel');
  });
  let sent = 0;
  while (!signal.aborted) {
    const waiting = await database.work(visibility, (tx) => claim(tx, tenantId));
    if (waiting.length === 0) break;
    const letters = await database.work(visibility, async (tx) => {
      const vault = await services.vaults.forTenant(tx, tenantId);
      const addresses = await contactPoints(
        { tx, tenantId, services },
        waiting.map(({ customer_id }) => customer_id),
        'email',
      );
      return waiting.map((one): Letter => ({
        ...one,
        content_plain: Content.parse(
          JSON.parse(vault.decrypt({ table: 'messaging.sends', column: 'content', rowId: one.send_id }, one.content)),
        ),
        address: addresses.get(one.customer_id) ?? null,
      }));
    });
    for (const letter of letters) {
      const outcome = await attempt(channels[letter.channel], letter);
      await database.work(visibility, (tx) => record(tx, tenantId, letter, outcome));
      if (outcome === null) sent += 1;
    }
  }
  return sent;
}

/** Null when sent, else why not. */
async function attempt(
  handOver: HandOver,
  letter: Letter,
): Promise<{ reason: string; again: boolean; certain: boolean } | null> {
  if (letter.channel === 'email' && letter.address === null)
    return { reason: 'no_address', again: false, certain: true };
  try {
    await handOver(letter);
    return null;
  } catch (error) {
    if (error instanceof NotHandedOver) return { reason: error.message, again: true, certain: true };
    return { reason: 'interrupted', again: false, certain: false };
  }
}

async function record(
  tx: Tx,
  tenantId: number,
  letter: Letter,
  outcome: { reason: string; again: boolean; certain: boolean } | null,
): Promise<void> {
  if (outcome === null) {
    const [row] = await tx.query<{ now: Date }>(
      `update messaging.sends set state = 'sent', sent_at = now() where tenant_id = $1 and send_id = $2 returning now() as now`,
      [tenantId, letter.send_id],
    );
    await announceSent({ tx, tenantId, now: row?.now ?? new Date() }, [
      {
        sendId: letter.send_id,
        customerId: letter.customer_id,
        channel: letter.channel,
        touchClass: letter.touch_class,
      },
    ]);
    return;
  }
  await tx.execute(
    `update messaging.sends
        set state = case when not $5 then 'unknown' when $4 and attempts < $6 then 'reserved' else 'failed' end,
            reason = case when $4 and attempts < $6 then null else $3 end,
            not_before = case when $4 and attempts < $6 then now() + make_interval(secs => 30 * power(2, attempts)) else not_before end
      where tenant_id = $1 and send_id = $2`,
    [tenantId, letter.send_id, outcome.reason, outcome.again, outcome.certain, mostAttempts],
  );
}

function handOvers(
  config: Pick<Config, 'smtp'>,
  log: (letter: Letter) => void,
): Readonly<Record<Waiting['channel'], HandOver>> {
  const toLog: HandOver = async (letter) => log(letter);
  return { inbox: toLog, log: toLog, email: config.smtp ? mailer(config.smtp) : toNowhere };
}

const toNowhere: HandOver = async () => {
  throw new NotHandedOver('no_mail_server');
};

function mailer({ url, from }: { url: string; from: string }): HandOver {
  const transport = nodemailer.createTransport({ url, pool: true, connectionTimeout: 10_000, socketTimeout: 20_000 });
  return async (letter) => {
    const { subject, body } = letter.content_plain;
    try {
      await transport.sendMail({
        from,
        to: letter.address ?? '',
        subject,
        text: body,
        html: `<div style="font:16px/1.6 system-ui;white-space:pre-wrap">${escapeHtml(body)}</div>`,
        // The provider drops a second message with the same id.
        messageId: `<${letter.send_id}@shuke>`,
        headers:
          letter.touch_class === 'marketing'
            ? { 'List-Unsubscribe': `<mailto:${from.replace(/^.*<|>$/g, '')}?subject=unsubscribe>` }
            : {},
      });
    } catch (error) {
      const { code, responseCode } = error as { code?: string; responseCode?: number };
      const refused =
        (responseCode !== undefined && responseCode >= 400) ||
        /^(ECONNECTION|ECONNREFUSED|EDNS|EAUTH|EENVELOPE)$/.test(code ?? '');
      if (refused) throw new NotHandedOver(`mail_${responseCode ?? code ?? 'refused'}`.toLowerCase());
      throw error;
    }
  };
}

function escapeHtml(text: string): string {
  return text.replaceAll('&', '&amp;').replaceAll('<', '&lt;').replaceAll('>', '&gt;').replaceAll('"', '&quot;');
}
