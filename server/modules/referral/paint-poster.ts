import sharp from 'sharp';
import { encode } from 'uqr';

import { typeset } from '#platform/typeset';

/** What a poster shows. */
export interface PosterContent {
  readonly title: string;
  /** '' for none. */
  readonly priceText: string;
  /** The crossed-out price beside it; '' for none. */
  readonly listPriceText: string;
  /** Bytes of the picture; without one the brand's colour stands there with name and slogan. */
  readonly picture: Buffer | null;
  readonly shopName: string;
  readonly slogan: string;
  readonly scanText: string;
  /** What the QR code leads to. */
  readonly address: string;
  /** The brand's colour, `#rrggbb`. */
  readonly primary: string;
}

/** Size of a poster in px. */
export const posterSize = { width: 900, height: 1_400 } as const;
const { width, height } = posterSize;
const margin = 56;
const codeSide = 250;

const ink = '#14213d';
const soft = '#5b626b';

/** White or ink, whichever is easier to read on the colour (WCAG contrast). */
function readableOn(colour: string): string {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const share = Number.parseInt(colour.slice(at, at + 2), 16) / 255;
    return share <= 0.040_45 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue > 0.33 ? ink : '#ffffff';
}

/** Dots of whole pixels, so that no camera meets a blurred edge. */
function codeSvg(address: string, left: number, top: number): string {
  const { data } = encode(address, { ecc: 'M', border: 0 });
  const dot = Math.floor(codeSide / data.length);
  const inset = Math.floor((codeSide - dot * data.length) / 2);
  const dots = data.flatMap((row, y) =>
    row.flatMap((isDark, x) =>
      isDark ? [`M${left + inset + x * dot} ${top + inset + y * dot}h${dot}v${dot}h${-dot}z`] : [],
    ),
  );
  return `<path fill="${ink}" shape-rendering="crispEdges" d="${dots.join('')}"/>`;
}

async function centred(text: string, centre: number, baseline: number, sizePx: number, weight: 400 | 700) {
  const [line] = await typeset(text, { sizePx, weight, widthPx: width - 2 * margin });
  return line ? line.at(centre - line.widthPx / 2, baseline) : '';
}

async function brandBlock({ primary, shopName, slogan }: PosterContent): Promise<string> {
  return `<rect width="${width}" height="${width}" fill="${primary}"/><g fill="${readableOn(primary)}">
    ${await centred(shopName, width / 2, width / 2 - 6, 76, 700)}${await centred(slogan, width / 2, width / 2 + 76, 38, 400)}</g>`;
}

async function words(content: PosterContent): Promise<string> {
  const room = width - 3 * margin - codeSide;
  const title = await typeset(content.title, { sizePx: 42, weight: 700, widthPx: room, linesMax: 3 });
  const top = width + 96;
  const drawn = title.map((line, index) => line.at(margin, top + index * 60));
  const priceAt = top + (title.length - 1) * 60 + 100;
  const [price] = await typeset(content.priceText, { sizePx: 66, weight: 700 });
  const [list] = await typeset(content.listPriceText, { sizePx: 34, weight: 400 });
  const listLeft = margin + (price?.widthPx ?? 0) + 22;
  const fitsList = list !== undefined && list.widthPx > 0 && listLeft + list.widthPx <= margin + room;
  const [shop] = await typeset(content.shopName, { sizePx: 32, weight: 400, widthPx: room });
  return `<g fill="${ink}">${drawn.join('')}</g>
    <g fill="#bf2c17">${price?.at(margin, priceAt) ?? ''}</g>
    <g fill="${soft}">${fitsList ? `${list.at(listLeft, priceAt)}<rect x="${listLeft}" y="${priceAt - 13}" width="${list.widthPx}" height="2.5"/>` : ''}
    ${shop?.at(margin, height - 64) ?? ''}</g>`;
}

/** Paints a poster as PNG: picture, title, price, brand, and the QR code of the link. */
export async function paintPoster(content: PosterContent): Promise<Buffer> {
  const codeLeft = width - margin - codeSide;
  const codeTop = width + 72;
  const svg = `<svg xmlns="http://www.w3.org/2000/svg" width="${width}" height="${height}">
    ${content.picture === null ? await brandBlock(content) : ''}
    ${await words(content)}
    ${codeSvg(content.address, codeLeft, codeTop)}
    <g fill="${soft}">${await centred(content.scanText, codeLeft + codeSide / 2, codeTop + codeSide + 56, 28, 400)}</g>
  </svg>`;
  const picture =
    content.picture === null
      ? []
      : [{ input: await sharp(content.picture).resize(width, width).png().toBuffer(), top: 0, left: 0 }];
  return sharp({ create: { width, height, channels: 3, background: '#ffffff' } })
    .composite([...picture, { input: Buffer.from(svg), top: 0, left: 0 }])
    .png({ compressionLevel: 9, adaptiveFiltering: true })
    .toBuffer();
}
