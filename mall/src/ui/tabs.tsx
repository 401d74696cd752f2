import { Box, Tap } from '@elements';
import type { ReactElement } from 'react';

/** Views of one list. */
export function Tabs<Key extends string>({
  tabs,
  current,
  onTab,
  label,
}: {
  tabs: readonly { key: Key; text: string }[];
  current: Key;
  onTab: (key: Key) => void;
  label: string;
}): ReactElement {
  return (
    <Box className="tabs" role="tablist" label={label}>
      {tabs.map(({ key, text }) => (
        <Tap
          key={key}
          className={`tabs-tap ${key === current ? 'is-on' : ''}`}
          role="tab"
          isOn={key === current}
          onTap={() => onTab(key)}
        >
          {text}
          {key === current ? <Box className="tabs-mark" /> : null}
        </Tap>
      ))}
    </Box>
  );
}
