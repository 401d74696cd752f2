import { EngineError } from '#platform/engines/engine-log';

/** `shuke seed`: filled by the demo brand generator. */
export async function seedCommand(): Promise<number> {
  throw new EngineError('The demo brand generator is not part of this version yet.');
}
