/** The process itself: nobody else touches it. */
import { setMaxListeners } from 'node:events';
import path from 'node:path';
import { errnoOf } from './errno.ts';

export function environment(): NodeJS.ProcessEnv {
  return process.env;
}

interface HandedTokens {
  readonly graph?: string;
  readonly arm?: string;
}

function takeToken(name: string): string {
  const token = process.env[name]?.trim() ?? '';
  delete process.env[name];
  return token;
}

let handed: HandedTokens | undefined;

/**
 * Tokens that were made elsewhere and handed to this process. No settings: those may be shown. They
 * are taken out of its environment, which a browser and other programs inherit.
 */
export function handedTokens(): HandedTokens {
  if (handed === undefined) {
    const graph = takeToken('ENTRA_PIM_GRAPH_TOKEN');
    const arm = takeToken('ENTRA_PIM_ARM_TOKEN');
    handed = { ...(graph && { graph }), ...(arm && { arm }) };
  }
  return handed;
}

/** How this program was started, so that hints can be typed as they stand. */
function invocation(): string {
  if (process.env['npm_command'] === 'exec') return 'npx -y entra-pim-mcp-server';
  const script = checkoutScript();
  return script === null ? 'entra-pim' : `node ${path.relative(process.cwd(), script)}`;
}

/** What was started, when it was built from source here. */
function checkoutScript(): string | null {
  const script = process.argv[1] ?? '';
  return script.endsWith('.js') && !script.includes('node_modules') ? script : null;
}

/** The built server beside it, as a full path; `null` for an installed package. */
export function checkoutServer(): string | null {
  const script = checkoutScript();
  return script && path.join(path.dirname(path.resolve(script)), 'entra-pim-mcp-server.js');
}

/** What it runs on, and the folder it was started in. */
export function system(): { readonly platform: string; readonly folder: string } {
  return { platform: process.platform, folder: process.cwd() };
}

export function commandLine(): readonly string[] {
  return process.argv.slice(2);
}

/** Nobody reads any more: no reason to stop, least of all between a write and its outcome. */
const READER_GONE = ['EPIPE', 'EOF', 'ERR_STREAM_DESTROYED'];

function onOutputError(error: Error): void {
  if (!READER_GONE.includes(errnoOf(error) ?? '')) process.exitCode = 1;
}

const MOST_LISTENERS = 200;
let areStreamsGuarded = false;

/**
 * From here on a broken standard output or error does not end the process. A reader that left is
 * fine; anything else (a full disk) makes the exit code 1. Calling it again does nothing.
 */
export function guardStreams(): void {
  if (areStreamsGuarded) return;
  areStreamsGuarded = true;
  for (const stream of [process.stdout, process.stderr]) stream.on('error', onOutputError);
  // Every request under way listens to the signal of its call; a warning of Node's is for leaks.
  setMaxListeners(MOST_LISTENERS);
}

export const terminal = {
  out: (text: string): void => {
    guardStreams();
    process.stdout.write(text);
  },
  err: (text: string): void => {
    guardStreams();
    process.stderr.write(text);
  },
  get command(): string {
    return invocation();
  },
  get columns(): number | null {
    return process.stdout.isTTY ? process.stdout.columns : null;
  },
};

/** A person started this by hand: nobody speaks the protocol on standard input. */
export function isInputTerminal(): boolean {
  return process.stdin.isTTY;
}

/** One line that a person types. Rejects when the signal aborts, or nobody can type any more. */
export async function readLine(prompt: string, signal: AbortSignal): Promise<string> {
  const { createInterface } = await import('node:readline/promises');
  // A terminal by itself cuts a line: macOS after 1,024 bytes, and the address of an answer is longer.
  const isTerminal = process.stdin.isTTY && process.stderr.isTTY;
  const lines = createInterface({
    input: process.stdin,
    output: process.stderr,
    terminal: isTerminal,
  });
  const over = new AbortController();
  // In a terminal of its own making it hears Ctrl-C in place of the process.
  lines.on('SIGINT', () => {
    if (!process.emit('SIGINT', 'SIGINT')) process.kill(process.pid, 'SIGINT');
  });
  lines.once('close', () => over.abort());
  try {
    return await lines.question(prompt, { signal: AbortSignal.any([signal, over.signal]) });
  } finally {
    lines.close();
    process.stdin.unref();
  }
}

/** The client hung up. */
export function onInputEnd(then: () => void): void {
  process.stdin.once('end', then);
  process.stdin.once('close', then);
}

const INTERRUPTS = ['SIGINT', 'SIGTERM', 'SIGHUP'] as const;

/** npx hands Ctrl-C on to its child, which the terminal has told already: one keystroke, two signals. */
const ECHO_MS = 500;

interface Interrupt {
  readonly name: NodeJS.Signals;
  readonly at: number;
}

function isEcho(first: Interrupt, name: NodeJS.Signals): boolean {
  return name === first.name && performance.now() - first.at < ECHO_MS;
}

/**
 * Ctrl-C, a polite kill, or a terminal that was closed: the first of them. The next one, whichever it
 * is, ends the process at once.
 */
export function onInterrupt(then: () => void): void {
  let first: Interrupt | null = null;
  function interrupted(name: NodeJS.Signals): void {
    if (first === null) {
      first = { name, at: performance.now() };
      then();
    } else if (!isEcho(first, name)) {
      // Without a listener a signal does what it does by itself.
      for (const each of INTERRUPTS) process.off(each, interrupted);
      process.kill(process.pid, name);
    }
  }
  for (const name of INTERRUPTS) process.on(name, interrupted);
}

/** Ends the process once what was written to standard output has left it, or cannot any more. */
export function exit(code: number): void {
  guardStreams();
  process.stdout.write('', (error) => {
    if (error) onOutputError(error);
    process.exit(code === 0 ? process.exitCode : code);
  });
}
