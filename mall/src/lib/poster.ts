import { platform } from '@platform';
import { encode } from 'uqr';

import { readableOn } from './colour.ts';
import { posterSize } from './poster-size.ts';
import { wrapWords } from './wrap-words.ts';

interface PosterContent {
  readonly title: string;
  /** Empty: none. */
  readonly priceText: string;
  readonly pictureUrl: string | null;
  readonly shopName: string;
  readonly slogan: string;
  readonly scanText: string;
  readonly address: string;
  readonly primary: string;
}

const font = (px: number, weight = 400): string =>
  `${weight} ${px}px "PingFang SC", "Noto Sans CJK SC", "Microsoft YaHei", system-ui, sans-serif`;

/** Paints the poster of a share: picture, title, price, and the link as a QR code; answers with a source for a picture element. */
export async function paintPoster(content: PosterContent): Promise<string> {
  const canvas = platform.posterCanvas(posterSize.width, posterSize.height);
  if (!canvas) throw new Error('This browser cannot paint.');
  const { context: pen } = canvas;
  const { width, height } = posterSize;
  pen.fillStyle = '#ffffff';
  pen.fillRect(0, 0, width, height);
  if (content.pictureUrl) {
    const picture = await canvas.loadPicture(platform.address(`${content.pictureUrl}?w=${width}`));
    pen.drawImage(picture, 0, 0, width, width);
  } else {
    pen.fillStyle = content.primary;
    pen.fillRect(0, 0, width, width);
    pen.fillStyle = readableOn(content.primary);
    pen.font = font(56, 700);
    pen.textAlign = 'center';
    pen.fillText(content.shopName, width / 2, width / 2 - 10);
    pen.font = font(30);
    pen.fillText(content.slogan, width / 2, width / 2 + 50);
    pen.textAlign = 'left';
  }
  paintWords(pen, content);
  paintCode(pen, content, width - 244, width + 60, 200);
  return canvas.finish();
}

function paintWords(pen: CanvasRenderingContext2D, content: PosterContent): void {
  const top = posterSize.width;
  pen.fillStyle = '#1b1f24';
  pen.font = font(34, 600);
  const lines = wrapWords(content.title, 400, 3, (words) => pen.measureText(words).width);
  lines.forEach((line, at) => pen.fillText(line, 44, top + 90 + at * 48));
  if (content.priceText) {
    pen.fillStyle = '#bf2c17';
    pen.font = font(52, 700);
    pen.fillText(content.priceText, 44, top + 100 + lines.length * 48 + 30);
  }
  pen.fillStyle = '#5b626b';
  pen.font = font(26);
  pen.fillText(content.shopName, 44, posterSize.height - 50);
}

function paintCode(
  pen: CanvasRenderingContext2D,
  { address, scanText }: PosterContent,
  left: number,
  top: number,
  size: number,
): void {
  const { data } = encode(address, { ecc: 'M', border: 0 });
  const dot = size / data.length;
  pen.fillStyle = '#14213d';
  data.forEach((row, y) =>
    row.forEach((isDark, x) => {
      if (isDark) pen.fillRect(left + x * dot, top + y * dot, Math.ceil(dot), Math.ceil(dot));
    }),
  );
  pen.fillStyle = '#5b626b';
  pen.font = font(24);
  pen.textAlign = 'center';
  pen.fillText(scanText, left + size / 2, top + size + 44);
  pen.textAlign = 'left';
}
