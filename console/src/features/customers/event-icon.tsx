import {
  AppstoreOutlined,
  EyeOutlined,
  GiftOutlined,
  MessageOutlined,
  PlayCircleOutlined,
  ShareAltOutlined,
  ShoppingOutlined,
  TagOutlined,
  ToolOutlined,
  UserOutlined,
} from '@ant-design/icons';
import type { ComponentType } from 'react';

const icons: readonly (readonly [pattern: RegExp, icon: ComponentType])[] = [
  [/^(Order|Checkout|Cart|Product (Added|Removed))/, ShoppingOutlined],
  [/(Viewed|Searched|Exposed|Clicked|Left|Measured)$/, EyeOutlined],
  [/^(Coupon|Points|Tier|Checked)/, GiftOutlined],
  [/^(Message|Chat|Call|Consultation|Contact)/, MessageOutlined],
  [/^(Tag|Segment|Journey)/, TagOutlined],
  [/^Share/, ShareAltOutlined],
  [/^(Live|Content|Account|Menu)/, PlayCircleOutlined],
  [/^Ticket/, ToolOutlined],
  [/^(Customer|Traits|Alias|Group|Consent)/, UserOutlined],
];

/** The sign of an event on the timeline. */
export function EventIcon({ name }: { readonly name: string }) {
  const Icon = icons.find(([pattern]) => pattern.test(name))?.[1] ?? AppstoreOutlined;
  return <Icon />;
}
