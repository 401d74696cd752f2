import type { Review } from './clean-order.ts';
import type { LineKind, OrderKind, OrderStatus } from './new-order.ts';

/** A row of `orders.orders`. */
export interface OrderRow {
  order_id: string;
  source_id: number;
  source_order_no: string;
  channel: string;
  shop: string;
  store_id: number | null;
  kind: OrderKind;
  currency: string;
  status: OrderStatus;
  placed_at: Date;
  time_zone: string;
  paid_at: Date | null;
  shipped_at: Date | null;
  received_at: Date | null;
  cancelled_at: Date | null;
  goods_minor: number;
  discount_minor: number;
  freight_minor: number;
  tax_minor: number;
  payable_minor: number;
  paid_minor: number;
  refunded_minor: number;
  counted_minor: number;
  customer_id: number | null;
  origin_customer_id: number | null;
  receiver_name: Buffer | null;
  receiver_phone: Buffer | null;
  receiver_address: Buffer | null;
  receiver_phone_index: Buffer | null;
  province: string;
  city: string;
  district: string;
  remark: Buffer | null;
  attribution: Readonly<Record<string, string | number>>;
  flags: string[];
  review: Review;
  is_excluded: boolean;
  rules_version: number;
  announced: number;
  head_version: Buffer | null;
  receiver_version: Buffer | null;
  lines_version: Buffer | null;
  payments_version: Buffer | null;
  refunds_version: Buffer | null;
  shipments_version: Buffer | null;
  import_id: string | null;
  recorded_at: Date;
  changed_at: Date;
}

/** A row of `orders.order_lines`. */
export interface LineRow {
  order_id: string;
  line_no: number;
  source_line_no: string;
  kind: LineKind;
  sku_id: string | null;
  product_id: string | null;
  sku_code: string;
  title: string;
  spec: string;
  quantity: number;
  unit_price_minor: number;
  discount_minor: number;
  amount_minor: number;
  added_at: Date | null;
  flags: string[];
  review: Review;
  is_excluded: boolean;
}

export interface PaymentRow {
  order_id: string;
  payment_no: string;
  method: string;
  amount_minor: number;
  paid_at: Date;
}

export interface RefundRow {
  order_id: string;
  refund_no: string;
  line_no: number | null;
  status: 'requested' | 'done' | 'refused';
  quantity: number;
  amount_minor: number;
  reason: string;
  requested_at: Date | null;
  refunded_at: Date | null;
  announced_minor: number;
}

export interface ShipmentRow {
  order_id: string;
  shipment_no: string;
  carrier: string;
  tracking_no: string;
  shipped_at: Date | null;
  received_at: Date | null;
}

/** Column types, for `unnest`; `flags` travels as one text. */
export const orderTypes: Record<keyof OrderRow, string> = {
  order_id: 'uuid',
  source_id: 'int',
  source_order_no: 'text',
  channel: 'text',
  shop: 'text',
  store_id: 'int',
  kind: 'text',
  currency: 'text',
  status: 'text',
  placed_at: 'timestamptz',
  time_zone: 'text',
  paid_at: 'timestamptz',
  shipped_at: 'timestamptz',
  received_at: 'timestamptz',
  cancelled_at: 'timestamptz',
  goods_minor: 'bigint',
  discount_minor: 'bigint',
  freight_minor: 'bigint',
  tax_minor: 'bigint',
  payable_minor: 'bigint',
  paid_minor: 'bigint',
  refunded_minor: 'bigint',
  counted_minor: 'bigint',
  customer_id: 'bigint',
  origin_customer_id: 'bigint',
  receiver_name: 'bytea',
  receiver_phone: 'bytea',
  receiver_address: 'bytea',
  receiver_phone_index: 'bytea',
  province: 'text',
  city: 'text',
  district: 'text',
  remark: 'bytea',
  attribution: 'jsonb',
  flags: 'flags',
  review: 'text',
  is_excluded: 'boolean',
  rules_version: 'int',
  announced: 'smallint',
  head_version: 'bytea',
  receiver_version: 'bytea',
  lines_version: 'bytea',
  payments_version: 'bytea',
  refunds_version: 'bytea',
  shipments_version: 'bytea',
  import_id: 'uuid',
  recorded_at: 'timestamptz',
  changed_at: 'timestamptz',
};

export const lineTypes: Record<keyof LineRow, string> = {
  order_id: 'uuid',
  line_no: 'int',
  source_line_no: 'text',
  kind: 'text',
  sku_id: 'uuid',
  product_id: 'uuid',
  sku_code: 'text',
  title: 'text',
  spec: 'text',
  quantity: 'int',
  unit_price_minor: 'bigint',
  discount_minor: 'bigint',
  amount_minor: 'bigint',
  added_at: 'timestamptz',
  flags: 'flags',
  review: 'text',
  is_excluded: 'boolean',
};

export const paymentTypes: Record<keyof PaymentRow, string> = {
  order_id: 'uuid',
  payment_no: 'text',
  method: 'text',
  amount_minor: 'bigint',
  paid_at: 'timestamptz',
};

export const refundTypes: Record<keyof RefundRow, string> = {
  order_id: 'uuid',
  refund_no: 'text',
  line_no: 'int',
  status: 'text',
  quantity: 'int',
  amount_minor: 'bigint',
  reason: 'text',
  requested_at: 'timestamptz',
  refunded_at: 'timestamptz',
  announced_minor: 'bigint',
};

export const shipmentTypes: Record<keyof ShipmentRow, string> = {
  order_id: 'uuid',
  shipment_no: 'text',
  carrier: 'text',
  tracking_no: 'text',
  shipped_at: 'timestamptz',
  received_at: 'timestamptz',
};
