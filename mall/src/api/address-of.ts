type Scalar = string | number | boolean | Date | null | undefined;

/** Fills `:name` parts of a path and hangs the query on it; what is undefined is left out. */
export function addressOf(
  path: string,
  params: Readonly<Record<string, Scalar>> = {},
  query: Readonly<Record<string, Scalar>> = {},
): string {
  const filled = path.replace(/:(\w+)/g, (_, name: string) => encodeURIComponent(String(params[name] ?? '')));
  const pairs = Object.entries(query).flatMap(([name, value]) =>
    value === undefined || value === null
      ? []
      : [`${name}=${encodeURIComponent(value instanceof Date ? value.toISOString() : String(value))}`],
  );
  return pairs.length > 0 ? `${filled}?${pairs.join('&')}` : filled;
}
