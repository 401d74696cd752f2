/** Identifies an order by who reported it and under which number. */
export function orderKey({
  sourceId,
  sourceOrderNo,
}: {
  readonly sourceId: number;
  readonly sourceOrderNo: string;
}): string {
  return `${sourceId}:${sourceOrderNo}`;
}
