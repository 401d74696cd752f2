import { catalog } from '../features/catalog/routes.tsx';
import { collect } from '../features/collect/routes.tsx';
import { coupons } from '../features/coupons/routes.tsx';
import { customers } from '../features/customers/routes.tsx';
import { demo } from '../features/demo/routes.tsx';
import { insights } from '../features/insights/routes.tsx';
import { journeys } from '../features/journeys/routes.tsx';
import { ledger } from '../features/ledger/routes.tsx';
import { loyalty } from '../features/loyalty/routes.tsx';
import { messaging } from '../features/messaging/routes.tsx';
import { orders } from '../features/orders/routes.tsx';
import { org } from '../features/org/routes.tsx';
import { referral } from '../features/referral/routes.tsx';
import { segments } from '../features/segments/routes.tsx';
import { settlement } from '../features/settlement/routes.tsx';
import { shop } from '../features/shop/routes.tsx';
import { tags } from '../features/tags/routes.tsx';
import type { Feature } from '../lib/feature.ts';

/** Every capability the console shows; a new one is one import and one line. */
export const features: readonly Feature[] = [
  catalog,
  collect,
  coupons,
  customers,
  insights,
  ledger,
  loyalty,
  orders,
  org,
  tags,
  segments,
  journeys,
  messaging,
  referral,
  settlement,
  shop,
  demo,
];
