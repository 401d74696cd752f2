import type { ReactNode } from 'react';

import type { Tone } from '../status-tag.tsx';

/** One kind of node: how it looks, what it leads to, how a new one starts. */
export interface NodeKind<Data> {
  readonly kind: string;
  readonly label: string;
  /** Heading in the palette. */
  readonly group: string;
  readonly icon: ReactNode;
  readonly tone: Tone;
  /** False for what starts a graph. */
  readonly hasInput: boolean;
  readonly outputs: (data: Data) => readonly { readonly id: string; readonly label: string }[];
  /** What this node does, in a line. */
  readonly describe: (data: Data) => string;
  readonly create: () => Data;
}
