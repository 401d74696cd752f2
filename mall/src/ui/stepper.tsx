import { Box, Tap, Txt } from '@elements';
import type { ReactElement } from 'react';

import { useT } from '../i18n/t.ts';
import { Icon } from './icon.tsx';

/** One less, one more; never below `least` nor above `most`. */
export function Stepper({
  value,
  most,
  least = 1,
  onChange,
  label,
}: {
  value: number;
  most: number;
  least?: number;
  onChange: (value: number) => void;
  label: string;
}): ReactElement {
  const t = useT();
  return (
    <Box className="stepper" role="group" label={label}>
      <Tap
        className="stepper-tap"
        label={t('quantity.less')}
        isDisabled={value <= least}
        onTap={() => onChange(value - 1)}
      >
        <Box className="stepper-mark">
          <Icon name="minus" size="small" />
        </Box>
      </Tap>
      <Txt className="stepper-value">{value}</Txt>
      <Tap
        className="stepper-tap"
        label={t('quantity.more')}
        isDisabled={value >= most}
        onTap={() => onChange(value + 1)}
      >
        <Box className="stepper-mark">
          <Icon name="plus" size="small" />
        </Box>
      </Tap>
    </Box>
  );
}
