import { startSimulator, type SimulatorOptions } from './index.ts';

export interface CommandOptions {
  readonly simulator: SimulatorOptions;
  /** Ends the simulator. */
  readonly signal: AbortSignal;
  /** Standard output: the environment, and nothing else. */
  readonly out: (text: string) => void;
  readonly err: (text: string) => void;
}

function untilAborted(signal: AbortSignal): Promise<void> {
  return new Promise((resolve) => {
    if (signal.aborted) resolve();
    signal.addEventListener('abort', () => {
      resolve();
    });
  });
}

/** Runs the tenant as a process of its own until it is interrupted. */
export async function runSimulator({ simulator, signal, out, err }: CommandOptions): Promise<0> {
  const running = await startSimulator(simulator);
  const lines = Object.entries(running.environment).map(
    ([name, value]) => `export ${name}=${value}`,
  );
  out(`${lines.join('\n')}\n`);
  err(
    `SIMULATOR: a made-up tenant at ${running.origin}, for this machine only.\n` +
      'Set the variables above in another shell, then run any command there. Ctrl-C stops it.\n',
  );
  await untilAborted(signal);
  await running.stop();
  return 0;
}
