import { PictureOutlined } from '@ant-design/icons';

import styles from './catalog.module.css';

/** Address of a product's picture, scaled to a width in pixels. */
export function pictureAddress(fileId: string, widthPx: number): string {
  return `/api/mall/media/${encodeURIComponent(fileId)}?w=${widthPx}`;
}

/** A small square picture of a product. */
export function ProductPicture({ fileId, sizePx = 44 }: { readonly fileId: string | null; readonly sizePx?: number }) {
  return (
    <span className={styles['picture']} style={{ width: sizePx, height: sizePx }}>
      {fileId === null ? (
        <PictureOutlined aria-hidden />
      ) : (
        <img src={pictureAddress(fileId, sizePx * 2)} alt="" loading="lazy" />
      )}
    </span>
  );
}
