import { platform } from '@platform';

import { call } from '../api/client.ts';
import { deviceId } from './device.ts';
import { parseTrace, rememberTrace, traceStillGood } from './trace.ts';

const key = 'shuke.trace';

/** The trace code to send with an order or a share; undefined when nobody sent this visitor. */
export function traceCode(): string | undefined {
  return traceStillGood(parseTrace(platform.read(key)), Date.now())?.code;
}

/** Takes the `t` of a page's address: remembers it and tells the server once per code and visit. */
export function noteTrace(code: string | undefined): void {
  const before = parseTrace(platform.read(key));
  const now = Date.now();
  const memory = rememberTrace(before, code, now);
  platform.write(key, memory ? JSON.stringify(memory) : null);
  if (!memory || memory.code !== code) return;
  if (before?.code === code && now - before.at < 60_000) return;
  call('recordVisit', { body: { code: memory.code, deviceId: deviceId() } }).catch(() => {
    // The order carries the code as well; a visit that could not be told must not disturb the visitor.
  });
}
