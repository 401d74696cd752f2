import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { NotPermitted } from '#platform/errors';
import { serve } from '#platform/route';

import * as contract from './contract.ts';
import { imageBytesMax, ImageUnreadable, registerImage, storeImage } from './media.ts';

/** Serves the upload of pictures: read and redrawn before any transaction opens. */
export async function imageRoute(app: FastifyInstance): Promise<void> {
  await app.register(multipart, { limits: { files: 1, fileSize: imageBytesMax + 1 } });
  const access = { audience: 'staff', permission: 'catalog.write' } as const;
  const images = new WeakMap<FastifyRequest, Awaited<ReturnType<typeof storeImage>>>();
  app.addHook('preValidation', async (request) => {
    const identity = await app.authenticate(request, access);
    if (!identity.permissions.has(access.permission)) throw new NotPermitted(access.permission);
    const part = request.isMultipart() ? await request.file() : undefined;
    if (!part) throw new ImageUnreadable();
    images.set(request, await storeImage(app.services.files, identity.tenantId, part.file));
  });
  serve(app, contract.uploadImage, access, async (ctx, _input, { request }) => {
    const image = images.get(request);
    if (!image) throw new ImageUnreadable();
    await registerImage(ctx, image);
    return image;
  });
}
