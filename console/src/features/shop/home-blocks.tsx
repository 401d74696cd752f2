import {
  ArrowDownOutlined,
  ArrowUpOutlined,
  DeleteOutlined,
  DownOutlined,
  PlusOutlined,
  RightOutlined,
} from '@ant-design/icons';
import { Button, Dropdown } from 'antd';
import { useEffect, useRef, useState } from 'react';
import { useTranslation } from 'react-i18next';

import { EmptyState } from '../../ui/states.tsx';
import { BlockFields } from './block-fields.tsx';
import { blockKinds, blockProblem, newBlock } from './settings-changes.ts';
import type { Block } from './settings-changes.ts';

import styles from './shop.module.css';

interface HomeBlocksProps {
  readonly blocks: readonly Block[];
  readonly disabled: boolean;
  readonly onChange: (blocks: Block[]) => void;
}

const most = 30;

/** The blocks of the home page in order; Alt with an arrow key moves the one in focus. */
export function HomeBlocks({ blocks, disabled, onChange }: HomeBlocksProps) {
  const { t } = useTranslation('shop');
  // Blocks have no identity of their own; these names follow them when they move.
  const [keys, setKeys] = useState(() => blocks.map(() => crypto.randomUUID() as string));
  const [open, setOpen] = useState<string | null>(null);
  const [told, setTold] = useState('');
  const focusOn = useRef<string | null>(null);
  useEffect(() => {
    if (focusOn.current === null) return;
    document.getElementById(focusOn.current)?.focus();
    focusOn.current = null;
  });
  const move = (index: number, to: number) => {
    const [block, key] = [blocks[index], keys[index]];
    if (block === undefined || key === undefined || to < 0 || to >= blocks.length) return;
    onChange(blocks.toSpliced(index, 1).toSpliced(to, 0, block));
    setKeys(keys.toSpliced(index, 1).toSpliced(to, 0, key));
    setTold(t('blocks.moved', { kind: t(`blockKinds.${block.kind}`), place: to + 1, count: blocks.length }));
    // Moving an element in the page takes the focus from it.
    focusOn.current = `block-${key}`;
  };
  const add = (kind: Block['kind']) => {
    const key = crypto.randomUUID() as string;
    onChange([...blocks, newBlock(kind)]);
    setKeys([...keys, key]);
    setOpen(key);
    focusOn.current = `block-${key}`;
  };
  const remove = (index: number) => {
    onChange(blocks.toSpliced(index, 1));
    setKeys(keys.toSpliced(index, 1));
    const next = keys[index + 1] ?? keys[index - 1];
    focusOn.current = next === undefined ? null : `block-${next}`;
  };
  return (
    <>
      {blocks.length === 0 ? <EmptyState compact title={t('blocks.empty')} hint={t('blocks.emptyHint')} /> : null}
      <ol className={styles['blocks']}>
        {blocks.map((block, index) => {
          const key = keys[index] ?? String(index);
          return (
            <li key={key} className={styles['block']}>
              <BlockHead
                id={`block-${key}`}
                block={block}
                place={index}
                count={blocks.length}
                isOpen={open === key}
                disabled={disabled}
                onToggle={() => setOpen(open === key ? null : key)}
                onMove={(by) => move(index, index + by)}
                onRemove={() => remove(index)}
              />
              {open === key ? (
                <div className={styles['blockFields']}>
                  <BlockFields
                    block={block}
                    disabled={disabled}
                    onChange={(next) => onChange(blocks.with(index, next))}
                  />
                </div>
              ) : null}
            </li>
          );
        })}
      </ol>
      <p className="visually-hidden" role="status">
        {told}
      </p>
      {disabled ? null : (
        <Dropdown
          trigger={['click']}
          disabled={blocks.length >= most}
          menu={{
            items: blockKinds.map((kind) => ({ key: kind, label: t(`blockKinds.${kind}`) })),
            onClick: ({ key }) => add(key as Block['kind']),
          }}
        >
          <Button type="dashed" icon={<PlusOutlined />}>
            {t('blocks.add')}
          </Button>
        </Dropdown>
      )}
    </>
  );
}

interface BlockHeadProps {
  readonly id: string;
  readonly block: Block;
  readonly place: number;
  readonly count: number;
  readonly isOpen: boolean;
  readonly disabled: boolean;
  readonly onToggle: () => void;
  readonly onMove: (by: -1 | 1) => void;
  readonly onRemove: () => void;
}

function BlockHead({ id, block, place, count, isOpen, disabled, onToggle, onMove, onRemove }: BlockHeadProps) {
  const { t } = useTranslation('shop');
  const kind = t(`blockKinds.${block.kind}`);
  const name = block.title === '' ? kind : `${kind}: ${block.title}`;
  const problem = blockProblem(block);
  return (
    <div className={styles['blockHead']}>
      <button
        id={id}
        type="button"
        className={styles['blockName']}
        aria-expanded={isOpen}
        onClick={onToggle}
        onKeyDown={(event) => {
          if (disabled || !event.altKey || (event.key !== 'ArrowUp' && event.key !== 'ArrowDown')) return;
          event.preventDefault();
          onMove(event.key === 'ArrowUp' ? -1 : 1);
        }}
      >
        {isOpen ? <DownOutlined aria-hidden /> : <RightOutlined aria-hidden />}
        <strong>{kind}</strong>
        <span>{block.title}</span>
        {problem === null ? null : <span className={styles['problem']}>{t(`blockProblems.${problem}`)}</span>}
      </button>
      {disabled ? null : (
        <span className={styles['blockActs']}>
          <Button
            type="text"
            icon={<ArrowUpOutlined />}
            aria-label={t('blocks.up', { name })}
            disabled={place === 0}
            onClick={() => onMove(-1)}
          />
          <Button
            type="text"
            icon={<ArrowDownOutlined />}
            aria-label={t('blocks.down', { name })}
            disabled={place === count - 1}
            onClick={() => onMove(1)}
          />
          <Button type="text" icon={<DeleteOutlined />} aria-label={t('blocks.remove', { name })} onClick={onRemove} />
        </span>
      )}
    </div>
  );
}
