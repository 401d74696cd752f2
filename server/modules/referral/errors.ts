import { defineError } from '#platform/errors';

export const TraceCodeInvalid = defineError(
  'trace_code_invalid',
  400,
  () => 'This share link is not complete. Ask for it again.',
);
export const TraceUnknown = defineError('trace_unknown', 404, () => 'This share link does not exist any more.');
