import type { ComponentType } from 'react';
import type { RouteObject } from 'react-router';

/** The operator's loop, in the order of the sidebar. */
export const sections = [
  'overview',
  'customers',
  'reach',
  'wecom',
  'mall',
  'membership',
  'referral',
  'service',
  'traffic',
  'insights',
  'settings',
] as const;

export type Section = (typeof sections)[number];

/** One entry of the sidebar and the command palette. */
export interface NavigationEntry {
  readonly section: Section;
  /** Path under /console, without a leading slash; also the path of its route. */
  readonly path: string;
  /** Translation key with its namespace, e.g. `orders:navigation.orders`. */
  readonly label: string;
  /** Hidden from staff without it; null shows it to all staff. */
  readonly permission: string | null;
  /** Place among the entries of the section, small first. */
  readonly order: number;
}

/** Something the command palette found. */
export interface PaletteHit {
  readonly id: string;
  readonly title: string;
  readonly detail?: string;
  readonly path: string;
}

/** A search over one kind of thing, loaded when the palette first opens. */
export interface PaletteSearch {
  /** Translation key of the group's heading. */
  readonly label: string;
  readonly permission: string;
  readonly load: () => Promise<(query: string, signal: AbortSignal) => Promise<PaletteHit[]>>;
}

/** A command of the palette that opens a page ready to act, e.g. "Create a coupon". */
export interface PaletteAction {
  readonly label: string;
  readonly permission: string;
  readonly path: string;
}

/** One line of the bell: how many things wait for a person, and where. */
export interface Notice {
  readonly id: string;
  readonly text: string;
  readonly count: number;
  readonly path: string;
  readonly tone: 'task' | 'alert';
}

/** Asks a module what waits for this person. */
export interface NoticeSource {
  readonly permission: string;
  readonly load: () => Promise<(signal: AbortSignal) => Promise<Notice[]>>;
}

/** A capability's share of the console, registered by one line in `app/features.ts`. */
export interface Feature {
  readonly name: string;
  readonly navigation: readonly NavigationEntry[];
  readonly routes: readonly RouteObject[];
  readonly search?: readonly PaletteSearch[];
  readonly actions?: readonly PaletteAction[];
  readonly notices?: readonly NoticeSource[];
}

/** A page as a lazily loaded route; `pick` names the exported component. */
export function lazyPage<Module>(
  load: () => Promise<Module>,
  pick: (module: Module) => ComponentType,
): RouteObject['lazy'] {
  return async () => ({ Component: pick(await load()) });
}
