import { isPimError } from '../domain/errors.ts';
import type { Call } from '../domain/ports.ts';
import type { Refusal } from '../domain/refusal.ts';
import { describeFault } from '../operations/fault.ts';
import type { Entrance, Groundwork, Operation, Outcome } from '../operations/operation.ts';
import { toSubject } from '../operations/present.ts';
import type { View } from '../operations/view.ts';
import { exitCodeOf, exitCodeOfFault, type ExitCode } from './exit.ts';
import { toInput, UsageError, type Typed } from './input.ts';
import type { Io } from './io.ts';
import { startProgress } from './progress.ts';
import { asideText, faultText, localView, refusalText, resultText } from './text.ts';

/** The services of one invocation. */
export type Services = Omit<Entrance, 'call' | 'rowLimit' | 'rowCap'>;

export interface RunOptions {
  readonly io: Io;
  readonly isJson: boolean;
  readonly isDemo: boolean;
  readonly signal: AbortSignal;
  open(): Promise<Services>;
  /** For an operation that can do something although a setting is wrong. */
  readonly openGroundwork?: () => Promise<Omit<Groundwork, 'error'>>;
}

const ALL_ROWS = { rowLimit: Number.POSITIVE_INFINITY, rowCap: Number.POSITIVE_INFINITY };

const DEMO_MARK = 'DEMO: a made-up tenant, nothing here is real.';

function sayAll(io: Io, lines: readonly string[]): void {
  for (const line of lines) io.err(`${line}\n`);
}

function refusalJson({ problems, candidates, requirements }: Refusal) {
  return { problems, candidates: candidates.map(toSubject), requirements };
}

function show(
  outcome: Outcome,
  view: View | null,
  { io, isJson, now }: RunOptions & { readonly now: Date },
): void {
  if (outcome.kind === 'refusal') {
    if (isJson) io.err(`${JSON.stringify({ refusal: refusalJson(outcome) })}\n`);
    else sayAll(io, refusalText(outcome, io.command));
    return;
  }
  if (isJson) io.out(`${JSON.stringify(outcome.output, null, 2)}\n`);
  else if (view) {
    io.out(`${resultText(localView(view, now), io.columns)}\n`);
    sayAll(io, asideText(view, io.command));
  }
}

/** An error as text for a person, or as JSON, and its exit code. */
export function showFault(
  error: unknown,
  { io, isJson }: Pick<RunOptions, 'io' | 'isJson'>,
): ExitCode {
  if (error instanceof UsageError) {
    sayAll(io, [`Error: ${error.message}`]);
    return 2;
  }
  const fault = describeFault(error);
  if (isJson) io.err(`${JSON.stringify({ error: fault })}\n`);
  else sayAll(io, faultText(fault, io.command));
  return exitCodeOfFault(fault.code);
}

async function withProgress(
  services: Services,
  { io, signal }: RunOptions,
  work: (call: Call) => Promise<ExitCode>,
): Promise<ExitCode> {
  const progress = startProgress(services.clock, (line) => {
    io.err(`${line}\n`);
  });
  try {
    return await work({ signal, report: progress.report });
  } finally {
    progress.stop();
  }
}

/** @throws the error, unless it is a wrong setting that the operation can do without */
async function runAnyway(
  error: unknown,
  operation: Operation,
  typed: Typed,
  options: RunOptions,
): Promise<ExitCode> {
  const { command, runWithoutSettings } = operation;
  const { openGroundwork } = options;
  const isSetting = isPimError(error) && error.code === 'configuration';
  if (!isSetting || !command || !runWithoutSettings || !openGroundwork) throw error;
  const ground = await openGroundwork();
  const now = ground.clock.now();
  const input = toInput(operation, command, typed, now);
  const { outcome, view } = await runWithoutSettings(input, { ...ground, error });
  show(outcome, view, { ...options, now });
  return exitCodeOf(outcome);
}

/** The services, or why there are none. */
async function opened(options: RunOptions): Promise<{ services: Services } | { error: unknown }> {
  try {
    return { services: await options.open() };
  } catch (error) {
    return { error };
  }
}

/** Runs one operation as a command: stdout gets the result, stderr everything else. */
export async function runOperation(
  operation: Operation,
  typed: Typed,
  options: RunOptions,
): Promise<ExitCode> {
  if (options.isDemo) sayAll(options.io, [DEMO_MARK]);
  const { command } = operation;
  if (!command) throw new TypeError(`${operation.name} is no command`);
  try {
    const found = await opened(options);
    if ('error' in found) return await runAnyway(found.error, operation, typed, options);
    const { services } = found;
    const input = toInput(operation, command, typed, services.clock.now());
    return await withProgress(services, options, async (call) => {
      const { outcome, view } = await operation.run(input, { ...services, call, ...ALL_ROWS });
      show(outcome, view, { ...options, now: services.clock.now() });
      return exitCodeOf(outcome);
    });
  } catch (error) {
    // The edge: the one place where an error becomes text and an exit code.
    return showFault(error, options);
  }
}
