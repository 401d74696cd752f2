import { InvalidInput } from '#platform/errors';

/** The parts of a cursor we gave out, by its shape's groups; null on the first page. Refuses anything of another shape. */
export function readCursor(cursor: string | undefined, shape: RegExp): readonly string[] | null {
  if (cursor === undefined) return null;
  const found = shape.exec(cursor);
  if (!found) throw new InvalidInput([{ path: 'query.cursor', message: 'is not one of ours' }]);
  return found.slice(1);
}

/** One page of rows asked for with one more than fits: the page, and the cursor of the next one where there is one. */
export function pageOf<Row>(
  rows: readonly Row[],
  limit: number,
  cursorOf: (last: Row) => string,
): { items: Row[]; nextCursor: string | null } {
  const items = rows.slice(0, limit);
  const last = items.at(-1);
  return { items, nextCursor: rows.length > limit && last !== undefined ? cursorOf(last) : null };
}
