import type * as z from 'zod';
import type { PimError } from '../domain/errors.ts';
import type { Need } from '../domain/permissions.ts';
import type {
  Account,
  Call,
  Clock,
  Diagnostics,
  Journal,
  MachineDiagnostics,
  SignIn,
} from '../domain/ports.ts';
import type { Refusal } from '../domain/refusal.ts';
import type { Settings } from '../domain/settings.ts';
import type { Verification } from '../domain/verification.ts';
import type { Catalogue, Catalogues } from './catalogue.ts';
import type { Fault } from './fault.ts';
import type { View } from './view.ts';
import type { Writes } from './writes.ts';

/** What a run finds when it begins. The services outlive it; the call is its own. */
export interface Entrance {
  readonly catalogues: Catalogues;
  readonly signIn: SignIn;
  readonly clock: Clock;
  readonly settings: Settings;
  readonly journal: Journal;
  readonly writes: Writes;
  readonly diagnostics: Diagnostics;
  readonly verification: Verification;
  readonly call: Call;
  /** How many rows a list may hold when nobody says: few for a model, all for a file. */
  readonly rowLimit: number;
  /** How many rows at most, whatever is asked for. */
  readonly rowCap: number;
}

/** What there is where the settings make no sense. */
export interface Groundwork {
  readonly clock: Clock;
  readonly diagnostics: MachineDiagnostics;
  /** Which setting it is. */
  readonly error: PimError;
}

/** What a run has once it is known whose it is. */
export interface Context extends Entrance {
  readonly account: Account;
  readonly catalogue: Catalogue;
}

/**
 * `not-yet`: accepted, but the privilege is not there; never shown as success.
 * `signed-out`: nothing failed, but somebody has to sign in first.
 */
export type Verdict = 'done' | 'not-yet' | 'failed' | 'signed-out';

export interface Done<Output> {
  readonly kind: 'done';
  readonly output: Output;
  readonly verdict: Verdict;
  /** What went wrong with single ones of several: the worst decides the exit code. */
  readonly faults?: readonly Fault['code'][];
}

export type Result<Output> = Done<Output> | Refusal;

/** How text from a shell becomes a field of the input. */
type FlagKind = 'text' | 'number' | 'duration' | 'instant' | 'switch';

export interface Flag {
  readonly long: string;
  readonly short?: string;
  /** A `switch` has no value: it is there or not. */
  readonly kind: FlagKind;
  /** Which field it sets, when it is not the one it stands under; and to what, for a switch. */
  readonly sets?: { readonly field: string; readonly value: string };
  /** For people; the field's own description is for models. */
  readonly summary: string;
}

/** How the operation appears in a shell. */
export interface CommandShape {
  readonly name: string;
  /** Input field that comes without a flag. */
  readonly argument?: {
    readonly field: string;
    readonly isRequired: boolean;
    readonly summary: string;
    /** The field that takes several of them. */
    readonly several?: string;
  };
  readonly flags: Readonly<Record<string, Flag>>;
}

/** `session` operations change who is signed in; they are commands only. */
export type Effect = 'read' | 'write' | 'session';

interface Definition<Input extends z.ZodObject, Output extends z.ZodObject> {
  readonly name: string;
  readonly title: string;
  /** For models and for help; essential rules included, since some clients ignore instructions. */
  readonly description: string;
  readonly effect: Effect;
  /** Permissions that it takes, on the surfaces it is about. Documentation is made of it. */
  readonly needs: readonly Need[];
  readonly isTool: boolean;
  readonly command: CommandShape | null;
  readonly input: Input;
  readonly output: Output;
  run(input: z.output<Input>, entrance: Entrance): Promise<Result<z.output<Output>>>;
  /** Only where there is something to say although a setting is wrong. */
  readonly runWithoutSettings?: (
    input: z.output<Input>,
    groundwork: Groundwork,
  ) => Promise<Result<z.output<Output>>>;
  view(output: z.output<Output>): View;
}

export type Outcome = Done<Readonly<Record<string, unknown>>> | Refusal;

/** How it ended, and how that is shown; a refusal has a shape of its own. */
interface Ran {
  readonly outcome: Outcome;
  readonly view: View | null;
}

/** An entry of the table: types are checked where it is defined and need not be known outside. */
export interface Operation {
  readonly name: string;
  readonly title: string;
  readonly description: string;
  readonly effect: Effect;
  readonly needs: readonly Need[];
  readonly isTool: boolean;
  readonly command: CommandShape | null;
  readonly input: z.ZodObject;
  readonly output: z.ZodObject;
  /** Parses the input (throws ZodError), runs, and shows: everything a front end needs. */
  run(input: unknown, entrance: Entrance): Promise<Ran>;
  /** The same where a setting is wrong; absent where that ends it. */
  readonly runWithoutSettings?: (input: unknown, groundwork: Groundwork) => Promise<Ran>;
}

export function defineOperation<Input extends z.ZodObject, Output extends z.ZodObject>(
  definition: Definition<Input, Output>,
): Operation {
  const { runWithoutSettings, ...rest } = definition;
  const shown = (outcome: Result<z.output<Output>>): Ran => ({
    outcome,
    view: outcome.kind === 'done' ? definition.view(outcome.output) : null,
  });
  return {
    ...rest,
    run: async (raw, entrance) =>
      shown(await definition.run(definition.input.parse(raw), entrance)),
    ...(runWithoutSettings && {
      runWithoutSettings: async (raw: unknown, groundwork: Groundwork) =>
        shown(await runWithoutSettings(definition.input.parse(raw), groundwork)),
    }),
  };
}

export function done<Output>(
  output: Output,
  verdict: Verdict = 'done',
  faults: readonly Fault['code'][] = [],
): Done<Output> {
  return { kind: 'done', output, verdict, faults };
}

const WORST_FIRST: readonly Verdict[] = ['failed', 'signed-out', 'not-yet', 'done'];

/** Several are done when each is. */
export function worstVerdict(verdicts: readonly Verdict[]): Verdict {
  return WORST_FIRST.find((verdict) => verdicts.includes(verdict)) ?? 'done';
}
