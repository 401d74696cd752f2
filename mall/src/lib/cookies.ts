/** Takes `Set-Cookie` lines into a `Cookie` header; an emptied or outlived cookie is dropped. */
export function mergeCookies(kept: string, set: readonly string[]): string {
  const jar = new Map<string, string>();
  for (const pair of kept.split('; ').filter(Boolean)) {
    const [name = '', ...value] = pair.split('=');
    jar.set(name, value.join('='));
  }
  for (const line of set) {
    const [pair = '', ...attributes] = line.split(';').map((part) => part.trim());
    const [name = '', ...rest] = pair.split('=');
    const value = rest.join('=');
    const isOver = value === '' || attributes.some((attribute) => /^max-age=(0|-\d+)$/i.test(attribute));
    if (isOver) jar.delete(name);
    else if (name !== '') jar.set(name, value);
  }
  return [...jar].map(([name, value]) => `${name}=${value}`).join('; ');
}
