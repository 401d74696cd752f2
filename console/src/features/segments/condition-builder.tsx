import { DeleteOutlined, PlusOutlined, StopOutlined } from '@ant-design/icons';
import type { Condition } from '@shuke/server/contracts/segments';
import { Button, Dropdown, Segmented, Select, Tooltip } from 'antd';
import type { ReactNode } from 'react';
import { useTranslation } from 'react-i18next';

import { useConditionChoices } from './condition-choices.ts';
import type { ConditionChoices } from './condition-choices.ts';
import { isComplete, isGroup, leafGroups, negate, newLeaf } from './condition.ts';
import type { Group, Leaf, LeafKind } from './condition.ts';
import { LeafFields } from './leaf-fields.tsx';

import styles from './segments.module.css';

interface ConditionBuilderProps {
  readonly condition: Condition;
  readonly disabled?: boolean;
  readonly onChange: (condition: Condition) => void;
}

/** Builds a nested condition by hand: groups of all or any, turned around where needed, down to single questions. */
export function ConditionBuilder({ condition, disabled = false, onChange }: ConditionBuilderProps) {
  const choices = useConditionChoices();
  return <Part condition={condition} choices={choices} disabled={disabled} onChange={onChange} onRemove={null} />;
}

interface PartProps {
  readonly condition: Condition;
  readonly choices: ConditionChoices;
  readonly disabled: boolean;
  readonly onChange: (condition: Condition) => void;
  /** Null for the outermost part, which stays. */
  readonly onRemove: (() => void) | null;
  /** Inside "not", which has the tools for both. */
  readonly isInner?: boolean;
}

function Part(props: PartProps) {
  const { condition, onChange } = props;
  const { t } = useTranslation('segments');
  if (condition.kind === 'not') {
    return (
      <div className={styles['not']}>
        <span className={styles['notHead']}>
          {t('builder.not')}
          <PartTools {...props} />
        </span>
        <Part
          {...props}
          condition={condition.condition}
          onChange={(inner) => onChange({ kind: 'not', condition: inner })}
          onRemove={null}
          isInner
        />
      </div>
    );
  }
  if (isGroup(condition)) return <GroupPart {...props} group={condition} />;
  return <LeafPart {...props} leaf={condition} />;
}

/** Turning around and taking away; a part inside "not" leaves that to the "not" around it. */
function PartTools({ condition, disabled, onChange, onRemove, isInner = false }: PartProps) {
  const { t } = useTranslation('segments');
  const turn = t(condition.kind === 'not' ? 'builder.unnegate' : 'builder.negate');
  if (disabled || isInner) return null;
  return (
    <span className={styles['tools']}>
      <Tooltip title={turn}>
        <Button
          type="text"
          size="small"
          icon={<StopOutlined />}
          aria-label={turn}
          onClick={() => onChange(negate(condition))}
        />
      </Tooltip>
      {onRemove === null ? null : (
        <Tooltip title={t('remove')}>
          <Button type="text" size="small" icon={<DeleteOutlined />} aria-label={t('remove')} onClick={onRemove} />
        </Tooltip>
      )}
    </span>
  );
}

function GroupPart({ group, ...props }: PartProps & { readonly group: Group }) {
  const { choices, disabled, onChange } = props;
  const { t } = useTranslation('segments');
  const set = (conditions: Condition[]) => onChange({ ...group, conditions });
  return (
    <div className={styles['group']} data-kind={group.kind}>
      <div className={styles['groupHead']}>
        <Segmented<Group['kind']>
          size="small"
          disabled={disabled}
          value={group.kind}
          options={(['all', 'any'] as const).map((value) => ({ value, label: t(`builder.${value}`) }))}
          onChange={(kind) => onChange({ ...group, kind })}
        />
        <PartTools {...props} />
      </div>
      {group.conditions.length === 0 ? <p className={styles['hint']}>{t('builder.empty')}</p> : null}
      <ol className={styles['parts']}>
        {group.conditions.map((part, index) => (
          // oxlint-disable-next-line react/no-array-index-key -- parts have no identity but their place, and hold no state
          <li key={index}>
            <Part
              condition={part}
              choices={choices}
              disabled={disabled}
              onChange={(next) => set(group.conditions.with(index, next))}
              onRemove={() => set(group.conditions.toSpliced(index, 1))}
            />
          </li>
        ))}
      </ol>
      {disabled ? null : (
        <div className={styles['adders']}>
          <AddLeaf onAdd={(kind) => set([...group.conditions, newLeaf(kind)])} />
          <Button
            size="small"
            icon={<PlusOutlined />}
            onClick={() =>
              set([
                ...group.conditions,
                { kind: group.kind === 'all' ? 'any' : 'all', conditions: [newLeaf('order_count')] },
              ])
            }
          >
            {t('builder.addGroup')}
          </Button>
        </div>
      )}
    </div>
  );
}

function AddLeaf({ onAdd }: { readonly onAdd: (kind: LeafKind) => void }) {
  const { t } = useTranslation('segments');
  return (
    <Dropdown
      trigger={['click']}
      menu={{
        items: leafGroups.map(({ group, kinds }) => ({
          key: group,
          type: 'group' as const,
          label: t(`kindGroups.${group}`),
          children: kinds.map((kind) => ({ key: kind, label: t(`kinds.${kind}`), onClick: () => onAdd(kind) })),
        })),
      }}
    >
      <Button size="small" type="primary" ghost icon={<PlusOutlined />}>
        {t('builder.addCondition')}
      </Button>
    </Dropdown>
  );
}

function LeafPart({ leaf, ...props }: PartProps & { readonly leaf: Leaf }): ReactNode {
  const { choices, disabled, onChange } = props;
  const { t } = useTranslation('segments');
  const complete = isComplete(leaf);
  return (
    <div className={styles['leaf']} data-complete={complete}>
      <div className={styles['fields']}>
        <Select<LeafKind>
          aria-label={t('builder.kind')}
          disabled={disabled}
          value={leaf.kind}
          popupMatchSelectWidth={false}
          style={{ minWidth: 136 }}
          options={leafGroups.map(({ group, kinds }) => ({
            label: t(`kindGroups.${group}`),
            options: kinds.map((kind) => ({ value: kind, label: t(`kinds.${kind}`) })),
          }))}
          onChange={(kind) => onChange(newLeaf(kind))}
        />
        <LeafFields leaf={leaf} choices={choices} disabled={disabled} onChange={onChange} />
      </div>
      <PartTools {...props} />
      {complete ? null : <p className={styles['incomplete']}>{t('builder.incomplete')}</p>}
    </div>
  );
}
