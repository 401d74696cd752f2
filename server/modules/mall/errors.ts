import { defineError } from '#platform/errors';

export const SignInCodeWrong = defineError(
  'sign_in_code_wrong',
  401,
  () => 'The code is wrong or no longer valid.',
  () => ({}),
  { keepsTrace: true },
);
export const PhoneInvalid = defineError('phone_invalid', 422, () => 'This is not a phone number.');
export const TextMessagesNotSet = defineError(
  'text_messages_not_set',
  503,
  () => 'This shop cannot send text messages yet, so nobody can sign in by phone.',
);
export const CartEmpty = defineError('cart_empty', 409, () => 'Nothing is selected.');
export const CartFull = defineError(
  'cart_full',
  409,
  (linesMax: number) => `A cart holds at most ${linesMax} different goods.`,
  (linesMax) => ({ linesMax }),
);
export const AddressesFull = defineError(
  'addresses_full',
  409,
  (addressesMax: number) => `An address book holds at most ${addressesMax} addresses.`,
  (addressesMax) => ({ addressesMax }),
);
export const NotForSale = defineError(
  'not_for_sale',
  409,
  (skuIds: readonly string[]) => `No longer on sale: ${skuIds.join(', ')}.`,
  (skuIds) => ({ skuIds }),
);

/** What is not as the buyer saw it. */
export type QuotePart = 'lines' | 'prices' | 'promotions' | 'coupons' | 'points' | 'freight';
export const QuoteChanged = defineError(
  'quote_changed',
  409,
  (changes: readonly QuotePart[], _payableFen: number) =>
    `Changed since the price was shown: ${changes.join(', ') || 'total'}. Look at the new price first.`,
  (changes, payableFen) => ({ changes, payableFen }),
);
export const SubmitKeyUsed = defineError(
  'submit_key_used',
  422,
  () => 'This checkout was already submitted with other content. Start it again.',
);
export const OrderStateRefuses = defineError(
  'order_state_refuses',
  409,
  (state: string, act: string) => `The order is ${state}; it cannot be changed this way (${act}).`,
  (state, act) => ({ state, act }),
);
export const PaymentTimeOver = defineError('payment_time_over', 409, () => 'The time to pay this order is over.');
export const SandboxOff = defineError('sandbox_off', 403, () => 'This shop does not run in sandbox mode.');
export const SignatureWrong = defineError('signature_wrong', 401, () => 'The signature does not fit the message.');
export const NoticeMalformed = defineError('notice_malformed', 400, () => 'The notification cannot be read.');
export const RefundTooMuch = defineError(
  'refund_too_much',
  409,
  (lineNo: number, refundable: number) => `Of line ${lineNo} only ${refundable} can be refunded.`,
  (lineNo, refundable) => ({ lineNo, refundable }),
);
export const AfterSalesOver = defineError(
  'after_sales_over',
  409,
  (days: number) => `Money can be asked back for ${days} days after receipt; they are over.`,
  (days) => ({ days }),
);
export const RefundStateRefuses = defineError(
  'refund_state_refuses',
  409,
  (state: string) => `The refund is ${state}.`,
  (state) => ({ state }),
);
