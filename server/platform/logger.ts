import pino from 'pino';

export type Logger = pino.Logger;

/** Structured JSON logs on stderr; secrets and personal fields are redacted as a second net (they should not get here at all). */
export function createLogger(role: string, level = process.env['SHUKE_LOG_LEVEL'] ?? 'info'): Logger {
  return pino(
    {
      level,
      base: { role },
      redact: {
        paths: [
          'req.headers.authorization',
          'req.headers.cookie',
          '*.password',
          '*.phone',
          '*.name_plain',
          '*.email',
          '*.address',
          '*.token',
          '*.secret',
        ],
        censor: '[redacted]',
      },
    },
    pino.destination({ dest: 2, sync: true }),
  );
}
