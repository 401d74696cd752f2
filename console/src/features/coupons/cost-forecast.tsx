import { Form } from 'antd';
import { useTranslation } from 'react-i18next';

import { Count, Money } from '../../ui/formatted.tsx';
import type { TemplateValues } from './template-values.ts';

import styles from './coupons.module.css';

/** What the coupon can cost at most, while it is being filled in. */
export function CostForecast() {
  const { t } = useTranslation('coupons');
  const form = Form.useFormInstance<TemplateValues>();
  const values = Form.useWatch((all: Partial<TemplateValues>) => all, form) ?? {};
  const unit = values.kind === 'percent_off' ? (values.capFen ?? null) : (values.steps?.at(-1)?.offFen ?? null);
  const byBudget = unit === null || !values.budgetFen ? null : Math.floor(values.budgetFen / unit);
  const caps = [values.cap ?? null, byBudget].filter((cap) => cap !== null);
  const most = caps.length === 0 ? null : Math.min(...caps);
  return (
    <p className={styles['forecast']}>
      {most === null ? t('forecast.unlimited') : null}
      {most === null ? null : (
        <>
          {t('forecast.most')} <Count value={most} />
          {unit === null ? null : (
            <>
              {t('forecast.cost')} <Money fen={most * unit} />
            </>
          )}
        </>
      )}
    </p>
  );
}
