import { afterEach, expect, test, vi } from 'vitest';

import { ApiError } from './api-error.ts';
import { stepUp, withStepUp } from './step-up.ts';

const wantsPassword = new ApiError({ status: 403, code: 'sign_in_again', message: 'Give your password again.' });

afterEach(() => {
  stepUp.ask = null;
});

test('asks for the password once and performs the act under a new key', async () => {
  stepUp.ask = vi.fn(() => Promise.resolve(true));
  const act = vi.fn<(key: string) => Promise<string>>();
  act.mockRejectedValueOnce(wantsPassword).mockResolvedValueOnce('done');

  expect(await withStepUp(act, 'first')).toBe('done');
  expect(stepUp.ask).toHaveBeenCalledTimes(1);
  expect(act.mock.calls[0]).toEqual(['first']);
  expect(act.mock.calls[1]?.[0]).not.toBe('first');
});

test('does not act when the person declines, nor ask about other refusals', async () => {
  stepUp.ask = vi.fn(() => Promise.resolve(false));
  await expect(withStepUp(() => Promise.reject(wantsPassword), 'k')).rejects.toBe(wantsPassword);
  const other = new ApiError({ status: 409, code: 'busy', message: 'Busy.' });
  await expect(withStepUp(() => Promise.reject(other), 'k')).rejects.toBe(other);
  expect(stepUp.ask).toHaveBeenCalledTimes(1);
});
