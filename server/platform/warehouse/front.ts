import { createHash, randomUUID, timingSafeEqual } from 'node:crypto';
import { createServer, type IncomingMessage, type Server, type ServerResponse } from 'node:http';
import { setTimeout as sleep } from 'node:timers/promises';

import { execute } from './execute.ts';
import { authenticationFailed, stopping } from './fault.ts';
import { sendFault, type Reply } from './reply.ts';
import { readRequest } from './request.ts';
import type { SessionPool } from './session-pool.ts';
import type { Spool } from './spool.ts';

export interface FrontOptions {
  readonly pool: SessionPool;
  readonly spool: Spool;
  readonly user: string;
  readonly password: string;
}

export interface Front {
  readonly server: Server;
  /** Takes no more statements, lets the running ones finish for a while, then ends them in the engine. */
  drain(limits: { readonly patienceMs: number; readonly cancelMs: number }): Promise<void>;
}

function digest(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}

function sameSecret(given: string | undefined, expected: string): boolean {
  return timingSafeEqual(digest(given ?? ''), digest(expected));
}

/** Answers ClickHouse's HTTP interface from the engine in this process. */
export function openFront({ pool, spool, user, password }: FrontOptions): Front {
  const active = new Set<AbortController>();
  let draining = false;

  async function answer(request: IncomingMessage, response: ServerResponse): Promise<void> {
    let reply: Reply = { request, response, compress: false };
    const controller = new AbortController();
    response.once('close', () => {
      if (!response.writableFinished) controller.abort();
    });
    active.add(controller);
    try {
      const asked = readRequest(request);
      if (!sameSecret(asked.user, user) || !sameSecret(asked.password, password)) throw authenticationFailed();
      if (draining) throw stopping();
      reply = { request, response, compress: asked.compressReply };
      response.setHeader('content-type', 'text/plain; charset=UTF-8');
      response.setHeader('x-clickhouse-query-id', asked.queryId ?? randomUUID());
      const { settings, database, format } = asked;
      // A connection once read-only may refuse to be anything else.
      const options = { settings, database, format, sticky: settings.has('readonly'), signal: controller.signal };
      await execute({ pool, spool, reply, options }, asked);
    } catch (error) {
      sendFault(reply, error);
    } finally {
      active.delete(controller);
    }
  }

  // Addresses carry parameters, in ClickHouse up to 1 MiB of them; rows may take long to arrive.
  const server = createServer(
    { maxHeaderSize: 1024 * 1024, keepAliveTimeout: 30_000, requestTimeout: 0 },
    (request, response) => {
      if (request.url === '/ping' || request.url === '/') response.end('Ok.\n');
      else void answer(request, response);
    },
  );

  async function idleWithin(timeoutMs: number): Promise<boolean> {
    const deadline = performance.now() + timeoutMs;
    while (active.size > 0 && performance.now() < deadline) await sleep(10);
    return active.size === 0;
  }

  return {
    server,
    async drain({ patienceMs, cancelMs }) {
      draining = true;
      server.close();
      server.closeIdleConnections();
      if (await idleWithin(patienceMs)) return;
      for (const controller of active) controller.abort();
      await idleWithin(cancelMs);
    },
  };
}
