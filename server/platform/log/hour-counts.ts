/** `[tenant, hour of receipt, events]`: what the warehouse must hold. */
export type HourCount = readonly [tenantId: number, epochHour: number, events: number];

export const hourMs = 3_600_000;

/** Adds up events per tenant and hour of receipt. */
export function openHourCounts() {
  const counts = new Map<string, [number, number, number]>();
  const add = (tenantId: number, epochHour: number, events: number): void => {
    const key = `${tenantId}/${epochHour}`;
    const count = counts.get(key);
    if (count) count[2] += events;
    else counts.set(key, [tenantId, epochHour, events]);
  };
  return {
    addEvents(events: readonly { readonly tenantId: number; readonly receivedAt: number }[]): void {
      for (const { tenantId, receivedAt } of events) add(tenantId, Math.floor(receivedAt / hourMs), 1);
    },
    addCounts(others: readonly HourCount[]): void {
      for (const count of others) add(...count);
    },
    list: (): HourCount[] => [...counts.values()],
  };
}
