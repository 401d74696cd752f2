/** An array parameter as text: ten times cheaper than letting the driver write it, and an array per row survives `unnest`. */
export function sqlList(values: readonly (number | boolean | null)[]): string {
  return `{${values.map((value) => value ?? 'null').join(',')}}`;
}

/** A bytea[] parameter as text. */
export function sqlBytes(values: readonly (Buffer | null)[]): string {
  return `{${values.map((value) => (value === null ? 'null' : `"\\\\x${value.toString('hex')}"`)).join(',')}}`;
}
