import { readFileSync } from 'node:fs';

/** A person's or the system's wish that we end. */
export interface StopRequest {
  readonly requested: boolean;
  /** Resolves with the exit code once the wish is there. */
  readonly asked: Promise<number>;
  /** States the wish ourselves. */
  give(exitCode: number): void;
  /** Called when the wish is repeated: whoever waits has lost patience. */
  onForce(force: () => void): void;
  release(): void;
}

const signals = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;
/** Ctrl-C arrives twice: from the terminal, and passed on by the script that started us. */
const impatienceMs = 1_000;

/** Whether we were started by `nohup`, whose whole point is to outlive the terminal. */
function hangupIsIgnored(): boolean {
  const mask = /^SigIgn:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
  return (BigInt(`0x${mask}`) & 1n) === 1n;
}

/** Listens for signals, and for the death of the script that started us. */
export function stopRequest(): StopRequest {
  const asked = Promise.withResolvers<number>();
  const forces: (() => void)[] = [];
  let requestedAt: number | undefined;
  const give = (exitCode: number): void => {
    if (requestedAt === undefined) {
      requestedAt = performance.now();
      asked.resolve(exitCode);
    } else if (performance.now() - requestedAt > impatienceMs) {
      for (const force of forces) force();
    }
  };
  const onSignal = (): void => give(0);
  const heard = signals.filter((name) => name !== 'SIGHUP' || !hangupIsIgnored());
  for (const name of heard) process.on(name, onSignal);
  process.on('disconnect', onSignal);
  return {
    get requested() {
      return requestedAt !== undefined;
    },
    asked: asked.promise,
    give,
    onForce: (force) => void forces.push(force),
    release() {
      for (const name of heard) process.off(name, onSignal);
      process.off('disconnect', onSignal);
    },
  };
}
