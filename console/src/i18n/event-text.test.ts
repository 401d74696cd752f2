import { expect, test } from 'vitest';

import { eventText } from './event-text.ts';
import { changeLocale, startI18n } from './index.ts';

test('standard events are named in the reader’s language, own events as they were sent', async () => {
  await startI18n('en');
  expect(eventText('Product Viewed')).toBe('Product viewed');
  expect(eventText('save')).toBe('save');
  expect(eventText('my.own.Event: v2')).toBe('my.own.Event: v2');
  await changeLocale('zh-CN');
  expect(eventText('Product Viewed')).toBe('\u6d4f\u89c8\u5546\u54c1');
});
