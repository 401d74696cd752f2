import { dirname, resolve } from 'node:path';

/** The specifiers of all static and dynamic imports and re-exports in a source text. */
export function findImports(source: string): string[] {
  return [...source.matchAll(/(?:from|import)\s*\(?\s*'([^']+)'/g)].map(([, specifier = '']) => specifier);
}

interface Import {
  readonly file: string;
  readonly specifier: string;
}

/** Imports of a module that name an undeclared module or reach behind another module's front door. */
export function brokenImports({
  name,
  home,
  imports,
  dependsOn,
}: {
  name: string;
  home: string;
  imports: readonly Import[];
  dependsOn: readonly string[];
}): Import[] {
  const allowed = new Set(['platform', 'testing', name, ...dependsOn]);
  return imports.filter(({ file, specifier }) => {
    if (specifier.startsWith('#')) {
      const [module = '', ...rest] = specifier.slice(1).split('/');
      const deep = rest.length > 0 && module !== 'platform' && module !== 'testing';
      return deep || !allowed.has(module);
    }
    if (!specifier.startsWith('.') || specifier.endsWith('/contract.ts')) return false;
    return !resolve(home, dirname(file), specifier).startsWith(`${home}/`);
  });
}

/** Declared dependencies that do not point to a lower layer, or to an earlier module of the same layer. */
export function layerFaults(
  name: string,
  dependsOn: readonly string[],
  layers: readonly (readonly string[])[],
): string[] {
  const order = layers.flat();
  return dependsOn.filter((other) => order.indexOf(other) >= order.indexOf(name) || !order.includes(other));
}
