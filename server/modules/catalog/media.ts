import type { Readable } from 'node:stream';

import sharp from 'sharp';

import type { Context } from '#platform/context';
import { defineError, NotFound } from '#platform/errors';
import { FileMissing, FileTooLarge } from '#platform/files';
import type { FileStore } from '#platform/files';

export const imageBytesMax = 20_971_520;
const pixelsMax = 50_000_000;
const sideMax = 1_600;

export const ImageUnreadable = defineError(
  'image_unreadable',
  422,
  () => 'This is not a picture we can read. Use JPEG, PNG, WebP or GIF, up to 50 megapixels.',
);

/**
 * Stores a picture as WebP of at most 1,600 pixels a side. Drawing it anew leaves behind everything that is not the picture: scripts of a
 * polyglot file, the camera's place and time. Throws `ImageUnreadable`.
 */
export async function storeImage(
  files: FileStore,
  tenantId: number,
  upload: Readable,
): Promise<{ fileId: string; width: number; height: number }> {
  const chunks: Buffer[] = [];
  let size = 0;
  for await (const chunk of upload as AsyncIterable<Buffer>) {
    size += chunk.length;
    if (size > imageBytesMax) throw new FileTooLarge(imageBytesMax);
    chunks.push(chunk);
  }
  const { data, info } = await redraw(Buffer.concat(chunks));
  const { fileId } = await files.put(tenantId, data);
  return { fileId, width: info.width, height: info.height };
}

async function redraw(bytes: Buffer) {
  try {
    const image = sharp(bytes, { limitInputPixels: pixelsMax, animated: false });
    const { format } = await image.metadata();
    if (!['jpeg', 'png', 'webp', 'gif'].includes(format)) throw new ImageUnreadable();
    return await image
      .rotate()
      .resize({ width: sideMax, height: sideMax, fit: 'inside', withoutEnlargement: true })
      .webp({ quality: 82 })
      .toBuffer({ resolveWithObject: true });
  } catch (error) {
    // Whatever the decoder objects to, the picture is at fault; the reason is for the log.
    throw error instanceof ImageUnreadable ? error : Object.assign(new ImageUnreadable(), { cause: error });
  }
}

/** Makes a stored picture known as one the public may see. */
export async function registerImage(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'now'>,
  { fileId, width, height }: { readonly fileId: string; readonly width: number; readonly height: number },
): Promise<void> {
  await ctx.tx.execute(
    `insert into catalog.images (tenant_id, file_id, width, height, created_at) values ($1, $2, $3, $4, $5)`,
    [ctx.tenantId, fileId, width, height, ctx.now],
  );
}

/** Throws `NotFound` for files that are no pictures of products: imports and exports lie in the same store. */
export async function refuseForeignImages(
  ctx: Pick<Context, 'tx' | 'tenantId'>,
  fileIds: readonly string[],
): Promise<void> {
  const wanted = [...new Set(fileIds)];
  const [found] = await ctx.tx.query<{ count: number }>(
    `select count(*)::int as count from catalog.images where tenant_id = $1 and file_id = any($2)`,
    [ctx.tenantId, wanted],
  );
  if (found?.count !== wanted.length) throw new NotFound('Picture');
}

const widths = [160, 320, 480, 640, 960, 1_280, sideMax];

/**
 * Opens a product's picture, scaled to the next of a few widths; a scaled one is kept beside the original. Throws `NotFound` for
 * anything that is no picture of a product.
 */
export async function openImage(
  ctx: Pick<Context, 'tx' | 'tenantId' | 'services'>,
  fileId: string,
  wanted?: number,
): Promise<{ stream: Readable; sizeBytes: number }> {
  const { files } = ctx.services;
  const [image] = await ctx.tx.query<{ width: number }>(
    `select width from catalog.images where tenant_id = $1 and file_id = $2`,
    [ctx.tenantId, fileId],
  );
  if (!image) throw new NotFound('Picture');
  const width = widths.find((one) => one >= (wanted ?? sideMax)) ?? sideMax;
  if (width >= image.width) return files.open(ctx.tenantId, fileId);
  const scaledId = `${fileId}.w${width}`;
  try {
    return await files.open(ctx.tenantId, scaledId);
  } catch (error) {
    if (!(error instanceof FileMissing)) throw error;
  }
  const original = await files.open(ctx.tenantId, fileId);
  await files.put(ctx.tenantId, original.stream.pipe(sharp().resize({ width }).webp({ quality: 80 })), {
    fileId: scaledId,
  });
  return files.open(ctx.tenantId, scaledId);
}
