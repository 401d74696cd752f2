import { spawn } from 'node:child_process';
import { constants } from 'node:os';

/** Exit code in the shell's manner: 128 + the signal's number for a killed process. */
function exitCodeOf(code, signal) {
  return code ?? 128 + (constants.signals[signal] ?? 1);
}

/** Runs a program to its end with our terminal; resolves with its exit code. */
export function run(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { stdio: 'inherit', ...options });
    child.once('error', reject);
    child.once('exit', (code, signal) => resolve(exitCodeOf(code, signal)));
  });
}

/** Runs a program to its end in silence; resolves with its exit code and everything it printed. */
export function runQuietly(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['ignore', 'pipe', 'pipe'] });
    let output = '';
    for (const stream of [child.stdout, child.stderr])
      stream.setEncoding('utf8').on('data', (text) => (output += text));
    child.once('error', reject);
    child.once('close', (code, signal) => resolve({ code: exitCodeOf(code, signal), output }));
  });
}

/**
 * Becomes, as nearly as Node allows, another program: same terminal, signals passed on, same exit code. The open
 * channel tells the program when we die by a signal nobody can catch.
 */
export function become(command, args, options = {}) {
  return new Promise((resolve, reject) => {
    const child = spawn(command, args, { ...options, stdio: ['inherit', 'inherit', 'inherit', 'ipc'] });
    const forwarders = ['SIGINT', 'SIGTERM', 'SIGQUIT', 'SIGUSR2'].map((signal) => [signal, () => child.kill(signal)]);
    for (const [signal, forward] of forwarders) process.on(signal, forward);
    child.once('error', reject);
    child.once('exit', (code, signal) => {
      for (const [name, forward] of forwarders) process.off(name, forward);
      resolve(exitCodeOf(code, signal));
    });
  });
}
