/** A poster's size in px, and its height over its width. */
export const posterSize = { width: 720, height: 1120 } as const;
export const posterRatio = posterSize.height / posterSize.width;
