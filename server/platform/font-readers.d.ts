/** What we use of packages without types of their own. */
declare module 'fontkit' {
  export interface Glyph {
    readonly id: number;
    readonly advanceWidth: number;
    readonly path: { toSVG(): string };
  }
  export interface Font {
    readonly unitsPerEm: number;
    glyphForCodePoint(codePoint: number): Glyph;
    getVariation(settings: Readonly<Record<string, number>>): Font;
  }
  export function create(bytes: Buffer): Font;
}
declare module 'wawoff2' {
  const wawoff2: { decompress(bytes: Buffer): Promise<Uint8Array> };
  export default wawoff2;
}
