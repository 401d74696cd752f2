export type DemoChannel = 'tmall' | 'douyin' | 'mall' | 'store';

/** Numbers of the sources the demo's orders come from: by them they are told from everybody else's. */
export const demoSourceIds: Readonly<Record<DemoChannel, number>> = { mall: -10, tmall: -11, douyin: -12, store: -13 };

/** Whether a source of orders is made up. */
export function isDemoSource(sourceId: number): boolean {
  return Object.values(demoSourceIds).includes(sourceId);
}
