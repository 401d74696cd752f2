import { Journey, journeyProblems } from '@shuke/server/contracts/journeys';
import { expect, test } from 'vitest';

import { couponBefore, splitMinutes, toGraph, toJourney } from './journey-graph.ts';
import type { JourneyGraph } from './journey-graph.ts';

const journey = Journey.parse({
  entry: { kind: 'event', event: 'Product Added' },
  reentry: 'after_exit',
  maxEntrants: 500,
  exitOn: ['Order Paid'],
  start: 'until-paid',
  nodes: [
    { id: 'until-paid', kind: 'wait_event', event: 'Order Paid', minutes: 120, happened: null, timedOut: 'best' },
    { id: 'best', kind: 'condition', condition: { kind: 'high_value' }, yes: 'remember', no: 'out' },
    { id: 'remember', kind: 'wait', minutes: 60, next: 'best' },
    { id: 'out', kind: 'exit' },
  ],
  layout: {
    entry: { x: 0, y: 0 },
    'until-paid': { x: 0, y: 150 },
    best: { x: 0, y: 300 },
    remember: { x: 0, y: 450 },
    out: { x: 264, y: 450 },
  },
});

test('a journey drawn and read back is the same journey', () => {
  expect(toJourney(toGraph(journey), journey)).toEqual(journey);
});

test('every way out is an edge of its own name', () => {
  expect(toGraph(journey).edges).toContainEqual({ from: 'best', output: 'yes', to: 'remember' });
  expect(toGraph(journey).edges).toHaveLength(5);
});

test('nodes without a place are laid out, none on top of another', () => {
  const graph = toGraph({ ...journey, layout: {} });
  expect(new Set(graph.nodes.map(({ x, y }) => `${x} ${y}`)).size).toBe(graph.nodes.length);
});

test('without its entry node a journey keeps its entry and has no start, which is a problem', () => {
  const graph = toGraph(journey);
  const cut = toJourney(
    {
      nodes: graph.nodes.filter(({ kind }) => kind !== 'entry'),
      edges: graph.edges.filter(({ from }) => from !== 'entry'),
    },
    journey,
  );
  expect(cut.entry).toEqual(journey.entry);
  expect(journeyProblems(null, cut).map(({ code }) => code)).toContain('journey_without_start');
});

test('minutes are read in the largest unit without a rest', () => {
  expect([90, 120, 2_880].map((minutes) => splitMinutes(minutes))).toEqual([
    { amount: 90, unit: 'minutes' },
    { amount: 2, unit: 'hours' },
    { amount: 2, unit: 'days' },
  ]);
});

test('the coupon before a message is the nearest one on the way to it', () => {
  const graph = {
    nodes: [
      { id: 'entry', data: { kind: 'exit' } },
      { id: 'first', data: { kind: 'coupon', couponTemplateId: 'A' } },
      { id: 'second', data: { kind: 'coupon', couponTemplateId: 'B' } },
      { id: 'tell', data: { kind: 'message', messageTemplateId: 'M' } },
      { id: 'after', data: { kind: 'coupon', couponTemplateId: 'C' } },
    ].map((node) => ({ ...node, kind: node.data.kind, x: 0, y: 0 })),
    edges: [
      { from: 'entry', output: 'next', to: 'first' },
      { from: 'first', output: 'next', to: 'second' },
      { from: 'second', output: 'next', to: 'tell' },
      { from: 'tell', output: 'next', to: 'after' },
    ],
  } as JourneyGraph;
  expect([couponBefore(graph, 'tell'), couponBefore(graph, 'second'), couponBefore(graph, 'first')]).toEqual([
    'B',
    'A',
    undefined,
  ]);
});
