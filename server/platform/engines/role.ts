/* What a role process (web, pipeline, jobs) does so that its supervisor can start, watch and stop it. */

import { EngineError } from './engine-log.ts';

export interface PlayedRole {
  /** Port it listens on, if it does. */
  readonly port?: number;
  /** Finishes what is in hand and lets go of everything. */
  close(): Promise<void>;
}

export interface RoleReport {
  readonly ready: true;
  readonly port: number | null;
}

/** Exit code of a role that cannot run until a person changes something; starting it again would be useless. */
export const hopelessExitCode = 78;

const graceMs = 25_000;
/** Without a supervisor the next start may already be waiting for our port. */
const orphanGraceMs = 2_000;

function sentenceOf(error: unknown): string | undefined {
  if (error instanceof EngineError) return error.message;
  if (!(error instanceof Error)) return undefined;
  if (error.name === 'invalid_configuration') return error.message;
  const { code, port } = error as NodeJS.ErrnoException & { port?: number };
  if (code === 'EADDRINUSE')
    return `Port ${port} is taken by another program. Stop it, or choose another one: PORT=3001 npm start`;
  if (code === 'EACCES' && port !== undefined)
    return `Port ${port} needs more rights than this user has. Choose one above 1023.`;
  return undefined;
}

/** Resolves with the time to leave when we are asked to, or when our supervisor has died. */
function askedToLeave(): Promise<number> {
  return new Promise((resolve) => {
    process.once('SIGTERM', () => resolve(graceMs));
    process.once('disconnect', () => resolve(orphanGraceMs));
    // Ctrl-C reaches every process of the terminal; under a supervisor it is the supervisor's to pass on.
    process.on('SIGINT', () => process.connected || resolve(graceMs));
  });
}

/** Plays one role until asked to leave, then closes it and ends the process. Never returns. */
export async function playRole(start: () => Promise<PlayedRole>): Promise<never> {
  const leaving = askedToLeave();
  let role: PlayedRole;
  try {
    role = await start();
  } catch (error) {
    const sentence = sentenceOf(error);
    if (sentence === undefined) throw error;
    process.stderr.write(`shuke: ${sentence}\n`);
    process.exit(hopelessExitCode);
  }
  process.send?.({ ready: true, port: role.port ?? null } satisfies RoleReport);
  const timeMs = await leaving;
  setTimeout(() => process.exit(1), timeMs).unref();
  await role.close();
  process.exit(0);
}
