import { execFileSync } from 'node:child_process';
import { resolve } from 'node:path';

import { expect, test } from 'vitest';

/** What a process of its own writes to stderr while it runs a script that has a `logger`. */
function logged(script: string, level = 'info'): Record<string, unknown>[] {
  const module = JSON.stringify(resolve(import.meta.dirname, 'logger.ts'));
  const code = `const { createLogger } = await import(${module}); const logger = createLogger('test', '${level}'); ${script}`;
  const output = execFileSync('/bin/sh', [
    '-c',
    '"$0" --input-type=module -e "$1" 2>&1 >/dev/null',
    process.execPath,
    code,
  ]);
  return output
    .toString()
    .trim()
    .split('\n')
    .map((line) => JSON.parse(line) as Record<string, unknown>);
}

test('a log line is one JSON object that names its process and level', () => {
  expect(logged(`logger.info({ orderId: 'o1' }, 'paid')`)).toMatchObject([
    { level: 30, role: 'test', orderId: 'o1', msg: 'paid' },
  ]);
});

test('secrets and personal fields that slip into a log line are redacted', () => {
  const [line] = logged(`logger.warn({
    customer: { phone: '13800138000', email: 'a@b.example', address: '文三路 1 号', name_plain: '王芳' },
    staff: { password: 'correct horse' }, source: { token: 't0ken', secret: 's3cret' },
    req: { headers: { authorization: 'Bearer abc', cookie: 'shuke=xyz' } } }, 'slipped')`);
  const text = JSON.stringify(line);
  for (const value of [
    '13800138000',
    'a@b.example',
    '文三路',
    '王芳',
    'correct horse',
    't0ken',
    's3cret',
    'abc',
    'xyz',
  ])
    expect(text).not.toContain(value);
  expect(line).toMatchObject({ customer: { phone: '[redacted]' }, msg: 'slipped' });
});

test('what is below the chosen level is not written', () => {
  expect(logged(`logger.info('quiet'); logger.error('loud')`, 'error')).toMatchObject([{ msg: 'loud' }]);
});
