import { Box, Tap } from '@elements';
import type { ReactElement } from 'react';

import { Icon } from './icon.tsx';

export function Check({
  isOn,
  label,
  onTap,
  isDisabled,
}: {
  isOn: boolean;
  label: string;
  onTap: () => void;
  isDisabled?: boolean;
}): ReactElement {
  return (
    <Tap
      className={`check ${isOn ? 'is-on' : ''}`}
      role="checkbox"
      isOn={isOn}
      label={label}
      isDisabled={isDisabled === true}
      onTap={onTap}
    >
      <Box className="check-mark">
        <Icon name="check" size="small" />
      </Box>
    </Tap>
  );
}

export function Switch({ isOn, label, onTap }: { isOn: boolean; label: string; onTap: () => void }): ReactElement {
  return (
    <Tap className={`switch ${isOn ? 'is-on' : ''}`} role="switch" isOn={isOn} label={label} onTap={onTap}>
      <Box className="switch-track" />
      <Box className="switch-knob" />
    </Tap>
  );
}
