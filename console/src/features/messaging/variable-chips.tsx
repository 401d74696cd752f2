import { messageVariables } from '@shuke/server/contracts/messaging';
import type { MessageVariable } from '@shuke/server/contracts/messaging';
import { Button, Tooltip } from 'antd';
import { useTranslation } from 'react-i18next';

import styles from './messaging.module.css';

/** Whether a gap is one that is filled in when a message goes out. */
export function isVariable(name: string): name is MessageVariable {
  return (messageVariables as readonly string[]).includes(name);
}

/** The variables a text can use, to be put in where the cursor stands. */
export function VariableChips({ onChoose }: { readonly onChoose: (gap: string) => void }) {
  const { t } = useTranslation('messaging');
  return (
    <div className={styles['chips']} role="group" aria-label={t('variables.title')}>
      {messageVariables.map((name) => (
        <Tooltip key={name} title={t(`variables.hints.${name}`)}>
          <Button
            size="small"
            // The text keeps its cursor.
            onMouseDown={(event) => event.preventDefault()}
            onClick={() => onChoose(name === 'name' ? `{{name|${t('variables.noName')}}}` : `{{${name}}}`)}
          >
            {t(`variables.names.${name}`)}
          </Button>
        </Tooltip>
      ))}
    </div>
  );
}
