type Rgb = readonly [number, number, number];

function parse(hex: string): Rgb {
  const match = /^#([0-9a-f]{2})([0-9a-f]{2})([0-9a-f]{2})$/i.exec(hex);
  if (!match) return [15, 118, 110];
  return [parseInt(match[1] ?? '', 16), parseInt(match[2] ?? '', 16), parseInt(match[3] ?? '', 16)];
}
const print = (rgb: Rgb): string => `#${rgb.map((part) => Math.round(part).toString(16).padStart(2, '0')).join('')}`;

function luminance(rgb: Rgb): number {
  const [red = 0, green = 0, blue = 0] = rgb.map((part) => {
    const share = part / 255;
    return share <= 0.04045 ? share / 12.92 : ((share + 0.055) / 1.055) ** 2.4;
  });
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue;
}

/** Contrast of two colours by WCAG 2: 1 to 21. */
export function contrast(one: string, other: string): number {
  const [a, b] = [luminance(parse(one)), luminance(parse(other))];
  return (Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05);
}

/** White or ink, whichever is easier to read on the colour. */
export function readableOn(colour: string): string {
  return contrast(colour, '#ffffff') >= contrast(colour, '#14213d') ? '#ffffff' : '#14213d';
}

/** The colour, darkened until text in it can be read on the background (4.5 : 1). */
export function readableText(colour: string, background: string): string {
  let rgb = parse(colour);
  for (let step = 0; step < 40 && contrast(print(rgb), background) < 4.5; step += 1) {
    rgb = [rgb[0] * 0.93, rgb[1] * 0.93, rgb[2] * 0.93];
  }
  return print(rgb);
}

/** The colour mixed into white; `share` 0 is white, 1 the colour. */
export function tint(colour: string, share: number): string {
  const [red, green, blue] = parse(colour);
  const mix = (part: number): number => 255 + (part - 255) * share;
  return print([mix(red), mix(green), mix(blue)]);
}
