/** Turns Vite's `{ './en/orders.json': {…} }` into `{ orders: {…} }`. */
export function textsByNamespace(files: Record<string, unknown>): Record<string, Record<string, unknown>> {
  return Object.fromEntries(
    Object.entries(files).map(([file, texts]) => [
      file.slice(file.lastIndexOf('/') + 1, -'.json'.length),
      texts as Record<string, unknown>,
    ]),
  );
}
