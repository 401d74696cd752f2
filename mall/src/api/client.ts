import { platform } from '@platform';

import { language } from '../i18n/language.ts';
import { deviceId } from '../lib/device.ts';
import { noteChange } from '../lib/freshness.ts';
import { addressOf } from './address-of.ts';
import { paths } from './paths.ts';
import type { Call, Operation, Reply } from './types.ts';

/** The server's refusal: `code` picks the sentence on screen, `details` its values. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: string;
  readonly status: number;
  readonly details: Readonly<Record<string, unknown>>;
  constructor(code: string, status: number, message: string, details: Readonly<Record<string, unknown>>) {
    super(message);
    this.code = code;
    this.status = status;
    this.details = details;
  }
}

function refusalOf(status: number, body: unknown): ApiError {
  const error = (body as { error?: { code?: string; message?: string; details?: Record<string, unknown> } } | null)
    ?.error;
  return new ApiError(error?.code ?? 'internal', status, error?.message ?? '', error?.details ?? {});
}

/** Calls the shop's server; a refusal is an ApiError, `offline` when nothing answered. */
export async function call<Name extends Operation>(name: Name, input: Call<Name>): Promise<Reply<Name>> {
  const [method, path] = paths[name];
  const { params, query, body } = input as { params?: {}; query?: {}; body?: unknown };
  let answer;
  try {
    answer = await platform.request({
      method,
      url: addressOf(path, params, query),
      ...(method === 'GET' ? {} : { body: body ?? {} }),
      headers: { 'accept-language': language(), 'x-device-id': deviceId() },
    });
  } catch (error) {
    throw new ApiError('offline', 0, error instanceof Error ? error.message : String(error), {});
  }
  if (method !== 'GET') noteChange();
  if (answer.status < 200 || answer.status >= 300) throw refusalOf(answer.status, answer.body);
  return answer.body as Reply<Name>;
}
