/** The layers of the product: a module imports only from layers above it in this list (lower layers), never upward. */
export const layers = [
  ['org', 'ledger', 'collect'],
  ['customers', 'catalog', 'content'],
  ['orders', 'tags', 'segments', 'coupons'],
  ['loyalty', 'mall', 'messaging', 'wecom', 'guides', 'referral', 'settlement', 'tickets'],
  ['journeys', 'traffic', 'insights', 'ai', 'demo'],
] as const;
