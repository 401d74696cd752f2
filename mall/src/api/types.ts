import type * as coupons from '../../../server/modules/coupons/contract.ts';
import type * as loyalty from '../../../server/modules/loyalty/contract.ts';
import type * as mall from '../../../server/modules/mall/contract.ts';
import type * as messaging from '../../../server/modules/messaging/contract.ts';
import type * as referral from '../../../server/modules/referral/contract.ts';
import type * as settlement from '../../../server/modules/settlement/contract.ts';
import type { Endpoint, EndpointCall, EndpointReply } from '../../../server/platform/endpoint.ts';

/** The endpoints the shop calls, by the names they have in the contracts. Types only: no schema travels to the browser. */
export interface Contracts {
  readShop: typeof mall.readShop;
  readHome: typeof mall.readHome;
  listCategories: typeof mall.listCategories;
  listProducts: typeof mall.listProducts;
  findProduct: typeof mall.findProduct;
  requestSignInCode: typeof mall.requestSignInCode;
  signIn: typeof mall.signIn;
  signOut: typeof mall.signOut;
  readMember: typeof mall.readMember;
  readCart: typeof mall.readCart;
  addCartLine: typeof mall.addCartLine;
  changeCartLine: typeof mall.changeCartLine;
  removeCartLine: typeof mall.removeCartLine;
  selectCartLines: typeof mall.selectCartLines;
  listAddresses: typeof mall.listAddresses;
  addAddress: typeof mall.addAddress;
  changeAddress: typeof mall.changeAddress;
  removeAddress: typeof mall.removeAddress;
  parseAddress: typeof mall.parseAddress;
  quoteCheckout: typeof mall.quoteCheckout;
  submitOrder: typeof mall.submitOrder;
  listOrders: typeof mall.listOrders;
  findOrder: typeof mall.findOrder;
  cancelOrder: typeof mall.cancelOrder;
  confirmReceipt: typeof mall.confirmReceipt;
  quoteRefund: typeof mall.quoteRefund;
  requestRefund: typeof mall.requestRefund;
  withdrawRefund: typeof mall.withdrawRefund;
  startPayment: typeof mall.startPayment;
  findPayment: typeof mall.findPayment;
  paySandbox: typeof mall.paySandbox;
  claimableCoupons: typeof coupons.claimableCoupons;
  ownCoupons: typeof coupons.ownCoupons;
  claimCoupon: typeof coupons.claimCoupon;
  ownStanding: typeof loyalty.ownStanding;
  ownPoints: typeof loyalty.ownPoints;
  listInbox: typeof messaging.listInbox;
  openMessage: typeof messaging.openMessage;
  getMarketingConsent: typeof messaging.getMarketingConsent;
  setMarketingConsent: typeof messaging.setMarketingConsent;
  createShare: typeof referral.createShare;
  recordVisit: typeof referral.recordVisit;
  myShares: typeof referral.myShares;
  myEarnings: typeof settlement.myEarnings;
  myStatements: typeof settlement.myStatements;
  answerStatement: typeof settlement.answerStatement;
  myStatementLines: typeof settlement.myStatementLines;
  shareEarning: typeof settlement.shareEarning;
}
export type Operation = keyof Contracts;

/** What JSON makes of a value: instants are texts. */
export type Wire<T> = T extends Date
  ? string
  : T extends readonly (infer Item)[]
    ? Wire<Item>[]
    : T extends object
      ? { [Key in keyof T]: Wire<T[Key]> }
      : T;

type Part<E extends Endpoint, Name extends 'params' | 'query' | 'body'> = undefined extends EndpointCall<E>[Name]
  ? { readonly [Key in Name]?: EndpointCall<E>[Name] }
  : { readonly [Key in Name]: EndpointCall<E>[Name] };

/** What a call of this operation takes. */
export type Call<Name extends Operation> = Part<Contracts[Name], 'params'> &
  Part<Contracts[Name], 'query'> &
  Part<Contracts[Name], 'body'>;
/** What it answers. */
export type Reply<Name extends Operation> = Wire<EndpointReply<Contracts[Name]>>;

export type Shop = Reply<'readShop'>;
export type HomeBlock = Reply<'readHome'>['blocks'][number];
export type Category = Reply<'listCategories'>['items'][number];
export type ProductCard = Reply<'listProducts'>['items'][number];
export type Product = Reply<'findProduct'>;
export type Sku = Product['skus'][number];
export type UnitPrice = Sku['price'];
export type Member = Reply<'signIn'>;
export type Cart = Reply<'readCart'>;
export type CartLine = Cart['lines'][number];
export type Address = Reply<'addAddress'>;
export type Quote = Reply<'quoteCheckout'>;
export type PriceStep = Quote['steps'][number];
export type Order = Reply<'findOrder'>;
export type OrderSummary = Reply<'listOrders'>['items'][number];
export type Refund = Order['refunds'][number];
export type Payment = Reply<'findPayment'>;
export type CouponOffer = Extract<HomeBlock, { kind: 'coupon_strip' }>['items'][number];
export type OwnCoupon = Reply<'ownCoupons'>['items'][number];
export type Share = Reply<'myShares'>['items'][number];
export type Earnings = Reply<'myEarnings'>;
