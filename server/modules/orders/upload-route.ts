import multipart from '@fastify/multipart';
import type { FastifyInstance, FastifyRequest } from 'fastify';

import { defineError, NotPermitted } from '#platform/errors';
import { FileTooLarge } from '#platform/files';
import type { StoredFile } from '#platform/files';
import { serve } from '#platform/route';
import type { Access } from '#platform/route';

import * as contract from './contract.ts';
import type { ImportSettings } from './file-format.ts';
import { previewImport } from './preview-import.ts';
import { recogniseFile, registerImport } from './upload-import.ts';

const fileBytesMax = 1_073_741_824;

export const FileExpected = defineError(
  'import_file_expected',
  400,
  () => 'Send one file in the multipart field `file`.',
);

interface Upload {
  readonly file: StoredFile & { readonly fileName: string };
  readonly settings: ImportSettings;
}

/** Serves the upload of an order file: streamed to the file store before any transaction opens, however long it takes. */
export async function uploadRoute(app: FastifyInstance): Promise<void> {
  await app.register(multipart, { limits: { files: 1, fileSize: fileBytesMax, fields: 5, fieldSize: 1_000 } });
  const access = { audience: 'staff', permission: 'collect.import' } as const;
  const uploads = new WeakMap<FastifyRequest, Upload>();
  app.addHook('preValidation', async (request) => {
    uploads.set(request, await receive(app, request, access));
  });
  serve(app, contract.uploadImport, access, async (ctx, _, { request }) => {
    const upload = uploads.get(request);
    if (!upload) throw new FileExpected();
    return previewImport(ctx, await registerImport(ctx, upload.file, upload.settings));
  });
}

async function receive(
  app: FastifyInstance,
  request: FastifyRequest,
  access: Access & { permission: string },
): Promise<Upload> {
  const identity = await app.authenticate(request, access);
  if (!identity.permissions.has(access.permission)) throw new NotPermitted(access.permission);
  if (!request.isMultipart()) throw new FileExpected();
  const part = await request.file();
  if (!part) throw new FileExpected();
  const { files } = app.services;
  const stored = await files.put(identity.tenantId, part.file, { maxBytes: fileBytesMax });
  try {
    if (part.file.truncated) throw new FileTooLarge(fileBytesMax);
    const { settings } = await recogniseFile(async () => (await files.open(identity.tenantId, stored.fileId)).stream);
    return { file: { ...stored, fileName: part.filename }, settings };
  } catch (error) {
    await files.remove(identity.tenantId, stored.fileId);
    throw error;
  }
}
