import { describe, expect, it } from 'vitest';

import * as coupons from '../../../server/modules/coupons/contract.ts';
import * as loyalty from '../../../server/modules/loyalty/contract.ts';
import * as mall from '../../../server/modules/mall/contract.ts';
import * as messaging from '../../../server/modules/messaging/contract.ts';
import * as referral from '../../../server/modules/referral/contract.ts';
import * as settlement from '../../../server/modules/settlement/contract.ts';
import { addressOf } from './address-of.ts';
import { paths } from './paths.ts';

const contracts: Readonly<Record<string, unknown>> = {
  ...coupons,
  ...loyalty,
  ...messaging,
  ...referral,
  ...settlement,
  ...mall,
};

describe('the path table', () => {
  it.each(Object.entries(paths))('%s calls what the server serves', (name, [method, path]) => {
    expect(contracts[name]).toMatchObject({ method, path });
  });
});

describe('an address', () => {
  it('escapes what it is filled with and leaves out what is undefined', () => {
    expect(addressOf('/api/x/:id', { id: 'a/b' }, { search: '花 & 茶', cursor: undefined, limit: 20 })).toBe(
      '/api/x/a%2Fb?search=%E8%8A%B1%20%26%20%E8%8C%B6&limit=20',
    );
  });
});
