import sharp from 'sharp';

import type { DemoCategory } from './brand.ts';
import { seededRandom } from './random.ts';

const size = 800;

/** A leaf and a blossom: the brand's mark, as paths, so that no font is needed. */
const mark = (x: number, y: number, scale: number, color: string) => `
  <g transform="translate(${x} ${y}) scale(${scale})" fill="${color}">
    <path d="M0 26 C-26 12 -26 -16 0 -30 C26 -16 26 12 0 26 Z"/>
    <path d="M0 26 L0 46" stroke="${color}" stroke-width="5" stroke-linecap="round"/>
    <path d="M0 40 C14 40 24 32 26 20 C12 20 2 28 0 40 Z" opacity=".75"/>
  </g>`;

const label = (x: number, y: number, width: number, height: number, dark: string) => `
  <rect x="${x}" y="${y}" width="${width}" height="${height}" rx="14" fill="#fff" opacity=".94"/>
  ${mark(x + width / 2, y + height * 0.34, Math.min(width, height) / 170, dark)}
  <rect x="${x + width * 0.22}" y="${y + height * 0.68}" width="${width * 0.56}" height="10" rx="5" fill="${dark}" opacity=".8"/>
  <rect x="${x + width * 0.32}" y="${y + height * 0.8}" width="${width * 0.36}" height="7" rx="3.5" fill="${dark}" opacity=".35"/>`;

type Shape = (main: string, dark: string, light: string) => string;

const shapes: Readonly<Record<DemoCategory['shape'], Shape>> = {
  tin: (main, dark, light) => `
    <rect x="250" y="230" width="300" height="400" rx="34" fill="url(#body)"/>
    <ellipse cx="400" cy="236" rx="150" ry="30" fill="${light}"/><ellipse cx="400" cy="228" rx="150" ry="30" fill="${main}"/>
    <ellipse cx="400" cy="226" rx="120" ry="20" fill="${light}" opacity=".6"/>${label(285, 330, 230, 210, dark)}`,
  pack: (main, dark, light) => `
    <path d="M210 300 Q220 240 290 240 L510 240 Q580 240 590 300 L606 610 Q606 640 576 640 L224 640 Q194 640 194 610 Z" fill="url(#body)"/>
    <path d="M330 240 Q400 180 470 240" fill="none" stroke="${main}" stroke-width="18" stroke-linecap="round"/>
    <path d="M194 560 Q400 500 606 560 L606 610 Q606 640 576 640 L224 640 Q194 640 194 610 Z" fill="${light}" opacity=".5"/>${label(280, 320, 240, 200, dark)}`,
  bottle: (main, dark, light) => `
    <rect x="352" y="150" width="96" height="70" rx="16" fill="${dark}"/><rect x="368" y="210" width="64" height="40" fill="${main}"/>
    <path d="M300 300 Q300 244 356 244 L444 244 Q500 244 500 300 L500 600 Q500 644 456 644 L344 644 Q300 644 300 600 Z" fill="url(#body)"/>
    <rect x="318" y="280" width="18" height="320" rx="9" fill="${light}" opacity=".55"/>${label(325, 360, 150, 190, dark)}`,
  tube: (_main, dark, light) => `
    <path d="M300 190 L500 190 L478 560 Q476 590 448 590 L352 590 Q324 590 322 560 Z" fill="url(#body)"/>
    <rect x="300" y="174" width="200" height="26" rx="8" fill="${light}"/>
    <rect x="346" y="588" width="108" height="62" rx="14" fill="${dark}"/>${label(335, 280, 130, 200, dark)}`,
  jar: (_main, dark, light) => `
    <rect x="240" y="380" width="320" height="240" rx="60" fill="url(#body)"/>
    <rect x="256" y="290" width="288" height="104" rx="26" fill="${dark}"/><rect x="256" y="290" width="288" height="30" rx="15" fill="${light}" opacity=".35"/>
    ${label(300, 420, 200, 160, dark)}`,
  toy: (main, dark, light) => `
    <circle cx="310" cy="270" r="66" fill="${main}"/><circle cx="490" cy="270" r="66" fill="${main}"/>
    <circle cx="310" cy="270" r="36" fill="${light}"/><circle cx="490" cy="270" r="36" fill="${light}"/>
    <circle cx="400" cy="350" r="150" fill="url(#body)"/><ellipse cx="400" cy="560" rx="140" ry="110" fill="url(#body)"/>
    <ellipse cx="400" cy="400" rx="66" ry="52" fill="${light}"/><circle cx="348" cy="330" r="14" fill="${dark}"/><circle cx="452" cy="330" r="14" fill="${dark}"/>
    <ellipse cx="400" cy="380" rx="20" ry="14" fill="${dark}"/><path d="M372 420 Q400 444 428 420" stroke="${dark}" stroke-width="8" fill="none" stroke-linecap="round"/>
    ${mark(400, 570, 0.9, light)}`,
  textile: (_main, dark, light) => `
    <path d="M290 230 L210 300 L250 380 L300 350 L300 630 Q300 650 320 650 L480 650 Q500 650 500 630 L500 350 L550 380 L590 300 L510 230 Q460 280 400 280 Q340 280 290 230 Z" fill="url(#body)"/>
    <path d="M330 250 Q400 310 470 250" fill="none" stroke="${light}" stroke-width="12"/>
    <circle cx="400" cy="360" r="8" fill="${dark}"/><circle cx="400" cy="420" r="8" fill="${dark}"/>${mark(400, 530, 1, light)}`,
  box: (main, dark, light) => `
    <rect x="210" y="330" width="380" height="300" rx="22" fill="url(#body)"/><rect x="190" y="280" width="420" height="80" rx="20" fill="${main}"/>
    <rect x="376" y="280" width="48" height="350" fill="${light}" opacity=".85"/>
    <path d="M400 280 C330 180 240 230 330 280 Z M400 280 C470 180 560 230 470 280 Z" fill="${dark}"/>${label(235, 430, 120, 150, dark)}`,
};

function svg({ palette: [light, main, dark], shape }: Pick<DemoCategory, 'palette' | 'shape'>, seed: number): string {
  const random = seededRandom(seed);
  const bubbles = Array.from({ length: 6 }, () => {
    const radius = random.int(26, 130);
    return `<circle cx="${random.int(0, size)}" cy="${random.int(0, size)}" r="${radius}" fill="#fff" opacity="${(0.1 + random.next() * 0.22).toFixed(2)}"/>`;
  }).join('');
  const turn = random.int(-4, 4);
  return `<svg xmlns="http://www.w3.org/2000/svg" width="${size}" height="${size}" viewBox="0 0 ${size} ${size}">
  <defs>
    <linearGradient id="ground" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="#FFFDF9"/><stop offset="1" stop-color="${light}"/></linearGradient>
    <linearGradient id="body" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="${main}"/><stop offset=".45" stop-color="${main}" stop-opacity=".82"/><stop offset="1" stop-color="${main}"/></linearGradient>
    <radialGradient id="shadow"><stop offset="0" stop-color="${dark}" stop-opacity=".28"/><stop offset="1" stop-color="${dark}" stop-opacity="0"/></radialGradient>
  </defs>
  <rect width="${size}" height="${size}" fill="url(#ground)"/>${bubbles}
  <ellipse cx="400" cy="668" rx="250" ry="44" fill="url(#shadow)"/>
  <g transform="rotate(${turn} 400 400)">${shapes[shape](main, dark, light)}</g>
</svg>`;
}

/** A square picture of a product in its category's colours: PNG bytes, the same for the same seed. */
export function productPicture(category: Pick<DemoCategory, 'palette' | 'shape'>, seed: number): Promise<Buffer> {
  return sharp(Buffer.from(svg(category, seed)))
    .png()
    .toBuffer();
}

/** A wide picture for the top of the mall: a few shapes of a category on its colours; PNG bytes, the same for the same seed. */
export function bannerPicture(
  parts: readonly Pick<DemoCategory, 'palette' | 'shape'>[],
  seed: number,
): Promise<Buffer> {
  const random = seededRandom(seed);
  const [[light, main] = ['#FFFFFF', '#CCCCCC']] = parts.map(({ palette }) => palette);
  const bubbles = Array.from({ length: 9 }, () => {
    const radius = random.int(30, 170);
    return `<circle cx="${random.int(0, 1_500)}" cy="${random.int(0, 750)}" r="${radius}" fill="#fff" opacity="${(0.12 + random.next() * 0.25).toFixed(2)}"/>`;
  }).join('');
  const figures = parts
    .map(({ palette: [paleOne, mainOne, darkOne], shape }, index) => {
      const gradient = `<linearGradient id="body${index}" x1="0" y1="0" x2="1" y2="0"><stop offset="0" stop-color="${mainOne}"/><stop offset=".45" stop-color="${mainOne}" stop-opacity=".82"/><stop offset="1" stop-color="${mainOne}"/></linearGradient>`;
      const figure = shapes[shape](mainOne, darkOne, paleOne).replaceAll('url(#body)', `url(#body${index})`);
      return `<defs>${gradient}</defs><g transform="translate(${620 + index * 270} ${150 + (index % 2) * 40}) scale(.72) rotate(${random.int(-6, 6)} 400 400)">
        <ellipse cx="400" cy="668" rx="230" ry="34" fill="${darkOne}" opacity=".16"/>${figure}</g>`;
    })
    .join('');
  return sharp(
    Buffer.from(`<svg xmlns="http://www.w3.org/2000/svg" width="1500" height="750" viewBox="0 0 1500 750">
  <defs><linearGradient id="ground" x1="0" y1="0" x2="1" y2="1"><stop offset="0" stop-color="${light}"/><stop offset="1" stop-color="${main}" stop-opacity=".55"/></linearGradient></defs>
  <rect width="1500" height="750" fill="#fff"/><rect width="1500" height="750" fill="url(#ground)"/>${bubbles}${figures}
</svg>`),
  )
    .png()
    .toBuffer();
}
