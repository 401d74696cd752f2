/** What the engines need of a logger; pino's fits. */
export interface EngineLog {
  info(fields: object, message: string): void;
  warn(fields: object, message: string): void;
  error(fields: object, message: string): void;
}

/** An engine cannot start or stop; the sentence says what the operator can do. */
export class EngineError extends Error {
  override readonly name = 'EngineError';
}
