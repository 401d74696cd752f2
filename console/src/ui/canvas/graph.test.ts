import fc from 'fast-check';
import { expect, test } from 'vitest';

import { append, connect, duplicateNodes, layOut, removeNodes } from './graph.ts';
import type { CanvasGraph, CanvasNode } from './graph.ts';
import { record, redo, startHistory, undo } from './history.ts';

const node = (id: string) => ({ id, kind: 'step', x: 0, y: 0, data: null });
const chain: CanvasGraph = {
  nodes: ['a', 'b', 'c'].map(node),
  edges: [
    { from: 'a', output: 'next', to: 'b' },
    { from: 'b', output: 'next', to: 'c' },
  ],
};

const anyGraph = fc
  .tuple(
    fc.integer({ min: 1, max: 12 }),
    fc.array(fc.tuple(fc.nat(11), fc.nat(11), fc.constantFrom('yes', 'no')), { maxLength: 30 }),
  )
  .map(([size, pairs]) => {
    const nodes = Array.from({ length: size }, (_, index) => node(String(index)));
    return pairs.reduce<CanvasGraph>(
      (graph, [from, to, output]) => connect(graph, { from: String(from % size), to: String(to % size), output }),
      { nodes, edges: [] },
    );
  });

test('an output leads to one node only', () => {
  const rerouted = connect(chain, { from: 'a', output: 'next', to: 'c' });
  expect(rerouted.edges.filter(({ from }) => from === 'a')).toEqual([{ from: 'a', output: 'next', to: 'c' }]);
  expect(connect(chain, { from: 'a', output: 'next', to: 'a' })).toBe(chain);
});

test('removing a node leaves no loose edge', () => {
  expect(removeNodes(chain, new Set(['b']))).toEqual({ nodes: [node('a'), node('c')], edges: [] });
});

test('a copy keeps the edges inside it and none outside', () => {
  let next = 0;
  const { graph, copies } = duplicateNodes(chain, new Set(['a', 'b']), () => `copy-${(next += 1)}`);
  expect([...copies]).toEqual(['copy-1', 'copy-2']);
  expect(graph.edges.slice(2)).toEqual([{ from: 'copy-1', output: 'next', to: 'copy-2' }]);
});

test('any graph, loops included, is laid out without two nodes in one place, the same way again', () => {
  fc.assert(
    fc.property(anyGraph, (graph) => {
      const placed = layOut(graph);
      expect(new Set(placed.nodes.map(({ x, y }) => `${x.toFixed(3)} ${y}`)).size).toBe(graph.nodes.length);
      expect(layOut(placed)).toEqual(placed);
    }),
  );
});

test('a node put after another goes on from its first free output, and never moves an edge', () => {
  const [a, , c] = chain.nodes as [CanvasNode, CanvasNode, CanvasNode];
  const put = (graph: CanvasGraph, id: string, after: CanvasNode, outputs: string[]) =>
    append(graph, { id, kind: 'step', data: null }, { after, outputs });
  const once = put(chain, 'd', c, ['yes', 'no']);
  expect(once.edges.at(-1)).toEqual({ from: 'c', output: 'yes', to: 'd' });
  const twice = put(once, 'e', c, ['yes', 'no']);
  expect(twice.edges.at(-1)).toEqual({ from: 'c', output: 'no', to: 'e' });
  expect(new Set(twice.nodes.slice(3).map(({ x, y }) => `${x} ${y}`)).size).toBe(2);
  const full = put(chain, 'd', a, ['next']);
  expect(full.edges).toEqual(chain.edges);
  expect(full.nodes).toHaveLength(4);
});

test('a chain reads downward', () => {
  expect(layOut(chain).nodes.map(({ y }) => y)).toEqual([0, 148, 296]);
});

test('undo and redo walk the same path, and a new step forgets the undone ones', () => {
  const history = record(record(startHistory(1), 2), 3);
  expect(undo(history).present).toBe(2);
  expect(redo(undo(history))).toEqual(history);
  expect(record(undo(history), 9).future).toEqual([]);
  expect(undo(startHistory(1)).present).toBe(1);
});
