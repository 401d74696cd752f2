import { useTranslation } from 'react-i18next';

import type { NodeKind } from './node-kind.ts';

import styles from './flow-canvas.module.css';

/** What a dragged palette entry carries. */
export const paletteMime = 'application/x-shuke-node';

interface NodePaletteProps<Data> {
  readonly kinds: readonly NodeKind<Data>[];
  readonly onAdd: (kind: NodeKind<Data>) => void;
}

/** The kinds of nodes by group; drag one onto the canvas, or press it to go on from the chosen node. */
export function NodePalette<Data>({ kinds, onAdd }: NodePaletteProps<Data>) {
  const { t } = useTranslation();
  const groups = [...new Set(kinds.map(({ group }) => group))];
  return (
    <aside className={styles['palette']} aria-label={t('canvas.palette')}>
      {groups.map((group) => (
        <section key={group}>
          <h2>{group}</h2>
          {kinds
            .filter((kind) => kind.group === group)
            .map((kind) => (
              <button
                key={kind.kind}
                type="button"
                draggable
                className={styles['entry']}
                onClick={() => onAdd(kind)}
                onDragStart={(event) => {
                  event.dataTransfer.setData(paletteMime, kind.kind);
                  event.dataTransfer.effectAllowed = 'copy';
                }}
              >
                <span className={styles['icon']} data-tone={kind.tone} aria-hidden>
                  {kind.icon}
                </span>
                {kind.label}
              </button>
            ))}
        </section>
      ))}
    </aside>
  );
}
