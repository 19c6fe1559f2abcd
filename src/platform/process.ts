/** The process itself: nobody else touches it. */

export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

export function commandLine(): readonly string[] {
  return process.argv.slice(2);
}

export const terminal = {
  out: (text: string): void => {
    process.stdout.write(text);
  },
  err: (text: string): void => {
    process.stderr.write(text);
  },
  get columns(): number | null {
    return process.stdout.isTTY ? process.stdout.columns : null;
  },
};

/** A person started this by hand: nobody speaks the protocol on standard input. */
export function isInputTerminal(): boolean {
  return process.stdin.isTTY;
}

/** The client hung up. */
export function onInputEnd(then: () => void): void {
  process.stdin.once('end', then);
  process.stdin.once('close', then);
}

/** Ctrl-C or a polite kill, the first time; the second one ends the process at once. */
export function onInterrupt(then: () => void): void {
  for (const name of ['SIGINT', 'SIGTERM'] as const)
    process.once(name, () => {
      then();
    });
}

/** Ends the process once what was written to standard output has left it. */
export function exit(code: number): void {
  process.stdout.write('', () => process.exit(code));
}
