import { ExclamationCircleFilled } from '@ant-design/icons';
import { Handle, Position } from '@xyflow/react';
import type { Node, NodeProps } from '@xyflow/react';
import { Tooltip } from 'antd';
import type { ReactNode } from 'react';

import type { Tone } from '../status-tag.tsx';

import styles from './flow-canvas.module.css';

export type StepNode = Node<
  {
    readonly label: string;
    readonly icon: ReactNode;
    readonly tone: Tone;
    readonly detail: string;
    readonly hasInput: boolean;
    readonly outputs: readonly { readonly id: string; readonly label: string }[];
    readonly problem: string | null;
    readonly count: ReactNode;
  },
  'step'
>;

/** A node as a card: what it does, how many are there, its ways out by name. */
export function CanvasStep({ data, selected }: NodeProps<StepNode>) {
  return (
    <div className={styles['step']} data-selected={selected} data-problem={data.problem !== null}>
      {data.hasInput ? <Handle type="target" position={Position.Top} /> : null}
      <div className={styles['head']}>
        <span className={styles['icon']} data-tone={data.tone} aria-hidden>
          {data.icon}
        </span>
        <strong>{data.label}</strong>
        {data.problem === null ? null : (
          <Tooltip title={data.problem}>
            <ExclamationCircleFilled className={styles['warning']} aria-label={data.problem} />
          </Tooltip>
        )}
      </div>
      {data.detail === '' ? null : <div className={styles['detail']}>{data.detail}</div>}
      {data.count === null ? null : <div className={styles['count']}>{data.count}</div>}
      <div className={styles['outputs']}>
        {data.outputs.map((output) => (
          <span key={output.id} className={styles['output']}>
            {data.outputs.length > 1 ? output.label : null}
            <Handle type="source" id={output.id} position={Position.Bottom} />
          </span>
        ))}
      </div>
    </div>
  );
}
