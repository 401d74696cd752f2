/** Orders a product list can have. */
export const sortList = ['sold', 'newest', 'price', 'price_desc'] as const;
export type Sort = (typeof sortList)[number];
