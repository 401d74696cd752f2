import { ApartmentOutlined, CopyOutlined, DeleteOutlined, RedoOutlined, UndoOutlined } from '@ant-design/icons';
import { Background, Controls, MiniMap, Panel, ReactFlow, ReactFlowProvider, useReactFlow } from '@xyflow/react';
import type { Connection, Edge, EdgeChange, NodeChange } from '@xyflow/react';

import '@xyflow/react/dist/style.css';
import { Button, Tooltip } from 'antd';
import { useEffect, useMemo, useState } from 'react';
import type { DragEvent, KeyboardEvent, ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useAppearance } from '../../theme/appearance.ts';
import { CanvasStep } from './canvas-step.tsx';
import type { StepNode } from './canvas-step.tsx';
import { append, connect, duplicateNodes, layOut, removeNodes } from './graph.ts';
import type { CanvasGraph, CanvasNode } from './graph.ts';
import { record, redo, startHistory, undo } from './history.ts';
import type { NodeKind } from './node-kind.ts';
import { NodePalette, paletteMime } from './node-palette.tsx';

import styles from './flow-canvas.module.css';

/** Something wrong with the graph, at a node where there is one. */
export interface CanvasProblem {
  readonly nodeId: string | null;
  readonly text: string;
}

interface FlowCanvasProps<Data> {
  readonly initial: CanvasGraph<Data>;
  readonly kinds: readonly NodeKind<Data>[];
  readonly onChange: (graph: CanvasGraph<Data>) => void;
  readonly readOnly?: boolean;
  readonly problems?: readonly CanvasProblem[];
  /** Live numbers under the nodes, e.g. how many people wait there. */
  readonly counts?: ReadonlyMap<string, ReactNode>;
  /** The form of the chosen node. */
  readonly inspector: (node: CanvasNode<Data>, change: (data: Data) => void) => ReactNode;
}

const stepTypes = { step: CanvasStep };

/** A graph editor: palette, canvas with undo, auto-layout, minimap and problems, inspector. Works by keyboard too. */
export function FlowCanvas<Data>(props: FlowCanvasProps<Data>) {
  return (
    <ReactFlowProvider>
      <Editor {...props} />
    </ReactFlowProvider>
  );
}

function Editor<Data>(props: FlowCanvasProps<Data>) {
  const { initial, kinds, onChange, readOnly = false, problems = [], counts, inspector } = props;
  const { t } = useTranslation();
  const flow = useReactFlow();
  const { appearance } = useAppearance();
  const [history, setHistory] = useState(() => startHistory(initial));
  const [selected, setSelected] = useState<ReadonlySet<string>>(new Set());
  // Where nodes are while being dragged; a drag is one step of the history, not hundreds.
  const [moving, setMoving] = useState<ReadonlyMap<string, { x: number; y: number }>>(new Map());
  // React Flow draws a node only once it knows its size, and tells the size through a change.
  const [sizes, setSizes] = useState<ReadonlyMap<string, { width: number; height: number }>>(new Map());
  const graph = history.present;
  // What was selected may have been undone since.
  const chosenNodes = graph.nodes.filter(({ id }) => selected.has(id));
  const only = chosenNodes.length === 1 ? chosenNodes[0] : undefined;
  const isInspecting = only !== undefined;
  useEffect(() => {
    // The form takes its width from the canvas: what it is about must not end up behind it.
    if (only !== undefined)
      void flow.fitView({ nodes: [{ id: only.id }], minZoom: flow.getZoom(), maxZoom: flow.getZoom() });
    // oxlint-disable-next-line react-hooks/exhaustive-deps -- only when the form comes, not at each change in it
  }, [isInspecting]);
  const kindOf = useMemo(() => new Map(kinds.map((kind) => [kind.kind, kind])), [kinds]);
  const nodes = graph.nodes.map((node) => stepNode(node, { kindOf, selected, moving, sizes, problems, counts }));
  const change = (next: CanvasGraph<Data>) => {
    if (next === graph) return;
    setHistory(record(history, next));
    onChange(next);
  };
  const walk = (step: typeof undo<CanvasGraph<Data>>) => {
    const next = step(history);
    if (next === history) return;
    setHistory(next);
    onChange(next.present);
  };
  const add = (kind: NodeKind<Data>, at?: { x: number; y: number }) => {
    const node = { id: crypto.randomUUID(), kind: kind.kind, data: kind.create() };
    if (at === undefined && only !== undefined && kind.hasInput) {
      const outputs = kindOf.get(only.kind)?.outputs(only.data) ?? [];
      change(append(graph, node, { after: only, outputs: outputs.map(({ id }) => id) }));
      requestAnimationFrame(() => void flow.fitView({ duration: 200, maxZoom: 1 }));
    } else {
      const place = at ?? flow.screenToFlowPosition({ x: window.innerWidth / 2, y: window.innerHeight / 2 });
      change({ ...graph, nodes: [...graph.nodes, { ...node, ...place }] });
    }
    setSelected(new Set([node.id]));
  };
  const remove = (ids: ReadonlySet<string>) => {
    if (ids.size > 0) change(removeNodes(graph, ids));
    setSelected(new Set());
  };
  const duplicate = () => {
    const { graph: next, copies } = duplicateNodes(graph, selected, () => crypto.randomUUID());
    if (copies.size === 0) return;
    change(next);
    setSelected(copies);
  };
  const arrange = () => {
    change(layOut(graph));
    requestAnimationFrame(() => void flow.fitView({ duration: 200, maxZoom: 1 }));
  };
  const onNodesChange = (changes: NodeChange<StepNode>[]) => {
    const measured = changes.filter((one) => one.type === 'dimensions');
    if (measured.length > 0) {
      setSizes((before) => {
        const after = new Map(before);
        for (const { id, dimensions } of measured) if (dimensions) after.set(id, dimensions);
        return after;
      });
    }
    const chosen = new Set(selected);
    for (const one of changes) {
      if (one.type !== 'select') continue;
      if (one.selected) chosen.add(one.id);
      else chosen.delete(one.id);
    }
    if (changes.some(({ type }) => type === 'select')) setSelected(chosen);
    const moves = changes.filter((one) => one.type === 'position');
    if (moves.length === 0 || readOnly) return;
    const places = new Map(moving);
    for (const move of moves) if (move.position) places.set(move.id, move.position);
    if (moves.some((move) => move.dragging)) {
      setMoving(places);
      return;
    }
    setMoving(new Map());
    const moved = graph.nodes.some(({ id, x, y }) => {
      const place = places.get(id);
      return place !== undefined && (place.x !== x || place.y !== y);
    });
    if (moved) change({ ...graph, nodes: graph.nodes.map((node) => ({ ...node, ...places.get(node.id) })) });
  };
  const onEdgesChange = (changes: EdgeChange[]) => {
    const gone = new Set(changes.filter((one) => one.type === 'remove').map((one) => one.id));
    if (gone.size > 0 && !readOnly) change({ ...graph, edges: graph.edges.filter((edge) => !gone.has(edgeId(edge))) });
  };
  const onConnect = ({ source, sourceHandle, target }: Connection) =>
    change(connect(graph, { from: source, output: sourceHandle ?? 'next', to: target }));
  const onKeyDown = (event: KeyboardEvent) => {
    const typing = event.target instanceof Element && event.target.closest('input,textarea,select,[contenteditable]');
    if (typing || readOnly) return;
    const held = event.metaKey || event.ctrlKey;
    const key = event.key.toLowerCase();
    if (held && key === 'z') walk(event.shiftKey ? redo : undo);
    else if (held && key === 'y') walk(redo);
    else if (held && key === 'd') duplicate();
    else if (key === 'delete' || key === 'backspace') remove(selected);
    else return;
    event.preventDefault();
  };
  const drop = (event: DragEvent) => {
    const kind = kindOf.get(event.dataTransfer.getData(paletteMime));
    if (kind === undefined || readOnly) return;
    event.preventDefault();
    add(kind, flow.screenToFlowPosition({ x: event.clientX, y: event.clientY }));
  };
  const focusOn = (nodeId: string) => {
    setSelected(new Set([nodeId]));
    void flow.fitView({ nodes: [{ id: nodeId }], duration: 200, maxZoom: 1.1 });
  };
  return (
    <div className={styles['editor']} data-readonly={readOnly} onKeyDown={onKeyDown}>
      {readOnly ? null : <NodePalette kinds={kinds} onAdd={add} />}
      <div
        className={styles['canvas']}
        onDrop={drop}
        onDragOver={(event) => {
          if (event.dataTransfer.types.includes(paletteMime)) event.preventDefault();
        }}
      >
        <ReactFlow<StepNode>
          nodes={nodes}
          edges={graph.edges.map((edge) => flowEdge(edge))}
          nodeTypes={stepTypes}
          onNodesChange={onNodesChange}
          onEdgesChange={onEdgesChange}
          onConnect={onConnect}
          nodesDraggable={!readOnly}
          nodesConnectable={!readOnly}
          deleteKeyCode={null}
          colorMode={appearance}
          fitView
          fitViewOptions={{ maxZoom: 1 }}
          minZoom={0.15}
          snapToGrid
          snapGrid={[8, 8]}
          ariaLabelConfig={{ 'controls.ariaLabel': t('canvas.controls') }}
        >
          <Background gap={24} size={1.4} color="var(--line-strong)" />
          <Controls showInteractive={false} />
          <MiniMap
            pannable
            zoomable
            nodeColor="var(--brand)"
            maskColor="color-mix(in srgb, var(--canvas) 70%, transparent)"
          />
          {readOnly ? null : (
            <Panel position="top-right" className={styles['tools'] ?? ''}>
              <Tool
                label={t('canvas.undo')}
                icon={<UndoOutlined />}
                disabled={history.past.length === 0}
                act={() => walk(undo)}
              />
              <Tool
                label={t('canvas.redo')}
                icon={<RedoOutlined />}
                disabled={history.future.length === 0}
                act={() => walk(redo)}
              />
              <Tool
                label={t('canvas.arrange')}
                icon={<ApartmentOutlined />}
                disabled={graph.nodes.length < 2}
                act={arrange}
              />
              <Tool
                label={t('canvas.duplicate')}
                icon={<CopyOutlined />}
                disabled={selected.size === 0}
                act={duplicate}
              />
              <Tool
                label={t('canvas.delete')}
                icon={<DeleteOutlined />}
                disabled={selected.size === 0}
                act={() => remove(selected)}
              />
            </Panel>
          )}
          {problems.length === 0 ? null : (
            <Panel position="bottom-center">
              <Problems problems={problems} onPick={focusOn} />
            </Panel>
          )}
        </ReactFlow>
      </div>
      {only === undefined ? null : (
        <aside className={styles['inspector']} aria-label={t('canvas.inspector')}>
          <h2>{kindOf.get(only.kind)?.label ?? only.kind}</h2>
          {inspector(only, (data) =>
            change({ ...graph, nodes: graph.nodes.map((node) => (node.id === only.id ? { ...node, data } : node)) }),
          )}
        </aside>
      )}
    </div>
  );
}

interface StepSurroundings<Data> {
  readonly kindOf: ReadonlyMap<string, NodeKind<Data>>;
  readonly selected: ReadonlySet<string>;
  readonly moving: ReadonlyMap<string, { x: number; y: number }>;
  readonly sizes: ReadonlyMap<string, { width: number; height: number }>;
  readonly problems: readonly CanvasProblem[];
  readonly counts: ReadonlyMap<string, ReactNode> | undefined;
}

function stepNode<Data>(node: CanvasNode<Data>, around: StepSurroundings<Data>): StepNode {
  const kind = around.kindOf.get(node.kind);
  return {
    id: node.id,
    type: 'step',
    position: around.moving.get(node.id) ?? { x: node.x, y: node.y },
    selected: around.selected.has(node.id),
    ...(around.sizes.has(node.id) ? { measured: around.sizes.get(node.id) } : {}),
    data: {
      label: kind?.label ?? node.kind,
      icon: kind?.icon ?? null,
      tone: kind?.tone ?? 'neutral',
      detail: kind?.describe(node.data) ?? '',
      hasInput: kind?.hasInput ?? true,
      outputs: kind?.outputs(node.data) ?? [],
      problem: around.problems.find(({ nodeId }) => nodeId === node.id)?.text ?? null,
      count: around.counts?.get(node.id) ?? null,
    },
  };
}

function edgeId(edge: { from: string; output: string }): string {
  return `${edge.from} ${edge.output}`;
}

function flowEdge(edge: CanvasGraph['edges'][number]): Edge {
  return { id: edgeId(edge), source: edge.from, sourceHandle: edge.output, target: edge.to, type: 'smoothstep' };
}

interface ToolProps {
  readonly label: string;
  readonly icon: ReactNode;
  readonly disabled: boolean;
  readonly act: () => void;
}

function Tool({ label, icon, disabled, act }: ToolProps) {
  return (
    <Tooltip title={label}>
      <Button type="text" size="small" icon={icon} aria-label={label} disabled={disabled} onClick={act} />
    </Tooltip>
  );
}

function Problems({
  problems,
  onPick,
}: {
  readonly problems: readonly CanvasProblem[];
  readonly onPick: (nodeId: string) => void;
}) {
  const { t } = useTranslation();
  return (
    <section className={styles['problems']} aria-label={t('canvas.problems', { count: problems.length })}>
      <strong>{t('canvas.problems', { count: problems.length })}</strong>
      <ul>
        {problems.map(({ nodeId, text }) => (
          <li key={`${nodeId} ${text}`}>
            {nodeId === null ? (
              <span>{text}</span>
            ) : (
              <button type="button" onClick={() => onPick(nodeId)}>
                {text}
              </button>
            )}
          </li>
        ))}
      </ul>
    </section>
  );
}
