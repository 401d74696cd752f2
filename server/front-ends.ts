import { existsSync } from 'node:fs';
import { readFile } from 'node:fs/promises';
import { resolve } from 'node:path';

import fastifyStatic from '@fastify/static';
import type { FastifyInstance, FastifyReply } from 'fastify';

const repository = resolve(import.meta.dirname, '..');
const frontEndList = [
  { prefix: '/console/', dist: resolve(repository, 'console/dist') },
  { prefix: '/workbench/', dist: resolve(repository, 'workbench/dist') },
  { prefix: '/mall/', dist: resolve(repository, 'mall/dist/h5') },
];

/** React and the browsers' own image formats need these; scripts and frames from elsewhere never run. */
const contentSecurityPolicy = [
  `default-src 'self'`,
  `img-src 'self' data: blob:`,
  `style-src 'self' 'unsafe-inline'`,
  `script-src 'self'`,
  `connect-src 'self'`,
  `object-src 'none'`,
  `base-uri 'self'`,
  `frame-ancestors 'self'`,
].join('; ');

/** Serves console, workbench and mall; an unknown path below a front end gets its page, because routing happens in the browser. */
export async function frontEnds(app: FastifyInstance): Promise<void> {
  const access = { audience: 'public' } as const;
  app.get('/', { config: { access } }, async (_request, reply) => reply.redirect('/console/'));
  for (const { prefix, dist } of frontEndList) {
    const page = resolve(dist, 'index.html');
    const sendPage = async (reply: FastifyReply) => {
      if (!existsSync(page)) return reply.code(503).type('text/html').send(notBuilt(prefix));
      return reply
        .type('text/html')
        .headers({ 'cache-control': 'no-cache', 'content-security-policy': contentSecurityPolicy })
        .send(await readFile(page));
    };
    await app.register(async (scope) => {
      await scope.register(fastifyStatic, { root: dist, serve: false, preCompressed: true });
      scope.get(prefix, { config: { access } }, (_request, reply) => sendPage(reply));
      scope.get<{ Params: { '*': string } }>(`${prefix}*`, { config: { access } }, (request, reply) => {
        const path = request.params['*'];
        // Names of assets carry a hash of their content, so they never change; anything without an ending is a page of the app.
        return /\.[a-z0-9]+$/i.test(path) && !path.endsWith('.html')
          ? reply.sendFile(path, dist, {
              immutable: path.includes('assets/') || /[-.][\w-]{8,}\./.test(path),
              maxAge: '365d',
            })
          : sendPage(reply);
      });
    });
  }
}

function notBuilt(prefix: string): string {
  return `<!doctype html><html lang="en"><meta charset="utf-8"><title>Shuke</title>
<body style="font:16px/1.6 system-ui;max-width:40rem;margin:15vh auto;padding:0 1rem;color:#14213d">
<h1>${prefix} is not built yet</h1><p>Run <code>npm start</code>, which builds what is missing and says why when a build fails.</p>
<p lang="zh-CN">页面尚未构建。请运行 <code>npm start</code>，它会构建缺少的部分；构建失败时会说明原因。</p></body></html>`;
}
