/** A graph being edited: what journeys, ticket flows and triage rules have in common on the canvas. */
export interface CanvasNode<Data = unknown> {
  readonly id: string;
  readonly kind: string;
  readonly x: number;
  readonly y: number;
  readonly data: Data;
}

export interface CanvasEdge {
  readonly from: string;
  /** Which way out of the node (`yes`, `no`, `a`, …); a node with one way out has `next`. */
  readonly output: string;
  readonly to: string;
}

export interface CanvasGraph<Data = unknown> {
  readonly nodes: readonly CanvasNode<Data>[];
  readonly edges: readonly CanvasEdge[];
}

/** Joins an output to a node; an output leads to one node only, so an older edge gives way. */
export function connect<Data>(graph: CanvasGraph<Data>, edge: CanvasEdge): CanvasGraph<Data> {
  if (edge.from === edge.to) return graph;
  const others = graph.edges.filter((other) => other.from !== edge.from || other.output !== edge.output);
  return { ...graph, edges: [...others, edge] };
}

/** Takes nodes away with every edge that touches them. */
export function removeNodes<Data>(graph: CanvasGraph<Data>, ids: ReadonlySet<string>): CanvasGraph<Data> {
  return {
    nodes: graph.nodes.filter((node) => !ids.has(node.id)),
    edges: graph.edges.filter((edge) => !ids.has(edge.from) && !ids.has(edge.to)),
  };
}

/** Copies nodes and the edges among them, a little to the right and below, under new ids. */
export function duplicateNodes<Data>(
  graph: CanvasGraph<Data>,
  ids: ReadonlySet<string>,
  newId: () => string,
): { graph: CanvasGraph<Data>; copies: ReadonlySet<string> } {
  const copyOf = new Map([...ids].map((id) => [id, newId()]));
  const nodes = graph.nodes.flatMap((node) => {
    const id = copyOf.get(node.id);
    return id === undefined ? [] : [{ ...node, id, x: node.x + 40, y: node.y + 40 }];
  });
  const edges = graph.edges.flatMap((edge) => {
    const [from, to] = [copyOf.get(edge.from), copyOf.get(edge.to)];
    return from === undefined || to === undefined ? [] : [{ ...edge, from, to }];
  });
  return {
    graph: { nodes: [...graph.nodes, ...nodes], edges: [...graph.edges, ...edges] },
    copies: new Set(nodes.map(({ id }) => id)),
  };
}

const columnWidth = 264;
const rowHeight = 148;

/**
 * Puts a new node after another one: joined to the first of its outputs that leads nowhere, beside the nodes the others lead to. Without
 * such an output the node stands below, unjoined.
 */
export function append<Data>(
  graph: CanvasGraph<Data>,
  node: Omit<CanvasNode<Data>, 'x' | 'y'>,
  { after, outputs }: { readonly after: CanvasNode<Data>; readonly outputs: readonly string[] },
): CanvasGraph<Data> {
  const taken = new Set(graph.edges.filter(({ from }) => from === after.id).map(({ output }) => output));
  const output = outputs.find((one) => !taken.has(one));
  const place = { x: after.x + columnWidth * taken.size, y: after.y + rowHeight };
  const next = { ...graph, nodes: [...graph.nodes, { ...node, ...place }] };
  return output === undefined ? next : connect(next, { from: after.id, output, to: node.id });
}

/**
 * Places nodes top-down in layers: a node stands below everything that leads to it, layers are ordered to cross few edges.
 * Loops are cut at the edge that closes them, so that any graph can be laid out.
 */
export function layOut<Data>(graph: CanvasGraph<Data>): CanvasGraph<Data> {
  const layerOf = layers(graph);
  const rows: string[][] = [];
  for (const node of graph.nodes) (rows[layerOf.get(node.id) ?? 0] ??= []).push(node.id);
  const parents = new Map<string, string[]>();
  for (const { from, to } of graph.edges) parents.set(to, [...(parents.get(to) ?? []), from]);
  const column = new Map<string, number>();
  for (const row of rows) {
    const wish = (id: string, index: number) => {
      const placed = (parents.get(id) ?? []).flatMap((parent) => column.get(parent) ?? []);
      return placed.length === 0 ? index : placed.reduce((sum, x) => sum + x, 0) / placed.length;
    };
    const wishes = row.map((id, index) => ({ id, at: wish(id, index) })).toSorted((one, other) => one.at - other.at);
    const centre = wishes.reduce((sum, { at }) => sum + at, 0) / Math.max(wishes.length, 1);
    wishes.forEach(({ id }, index) => column.set(id, centre + index - (wishes.length - 1) / 2));
  }
  const left = Math.min(0, ...column.values());
  return {
    ...graph,
    nodes: graph.nodes.map((node) => ({
      ...node,
      x: ((column.get(node.id) ?? 0) - left) * columnWidth,
      y: (layerOf.get(node.id) ?? 0) * rowHeight,
    })),
  };
}

function layers(graph: CanvasGraph): Map<string, number> {
  const outgoing = new Map<string, string[]>();
  for (const { from, to } of graph.edges) outgoing.set(from, [...(outgoing.get(from) ?? []), to]);
  const incoming = new Set(graph.edges.map(({ to }) => to));
  const layerOf = new Map<string, number>();
  const onPath = new Set<string>();
  const visit = (id: string, depth: number) => {
    if (onPath.has(id) || (layerOf.get(id) ?? -1) >= depth) return;
    layerOf.set(id, depth);
    onPath.add(id);
    for (const next of outgoing.get(id) ?? []) visit(next, depth + 1);
    onPath.delete(id);
  };
  for (const { id } of graph.nodes) if (!incoming.has(id)) visit(id, 0);
  for (const { id } of graph.nodes) if (!layerOf.has(id)) visit(id, 0);
  return layerOf;
}
