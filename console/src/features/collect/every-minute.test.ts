import { expect, test } from 'vitest';

import { everyMinute } from './every-minute.ts';

test('a pause in the stream is drawn as zero, not as a straight line over it', () => {
  const minutes = everyMinute([
    { minuteAt: '2026-11-24T10:00:00Z', events: 5 },
    { minuteAt: '2026-11-24T10:03:00Z', events: 7 },
  ]);
  expect(minutes.map(({ events }) => events)).toEqual([5, 0, 0, 7]);
  expect(everyMinute([])).toEqual([]);
});
