/** What a row of the error catalogue is made of. */
import type { Fault } from '../../src/simulator/faults.ts';
import { activate } from './activate.ts';
import { openStack, OWN_APP, type Stack, type StackOptions } from './stack.ts';

export type Input = Readonly<Record<string, unknown>>;

export interface ErrorRow {
  /** HTTP status, code, and what the person was doing. */
  readonly title: string;
  readonly world?: StackOptions;
  /** What happened before; may find out what the run needs. */
  readonly before?: (stack: Stack) => Promise<Input | undefined>;
  readonly faults?: readonly Fault[];
  readonly run: string;
  readonly input?: Input;
  /** Who does it, when it is not the one of `before`. */
  readonly as?: string;
}

export const OWN = { env: { AZURE_CLIENT_ID: OWN_APP } };
export const MARCUS = 'marcus.okafor@contoso.example';
const SIX_MINUTES_MS = 360_000;
export const LONG_SECONDS = 100_000;

export const GROUP = { name: 'Production Support', duration: 1 };
export const OWNED_GROUP = { name: 'Finance Reporting', access_id: 'owner', duration: 1 };
export const ROLE = { name: 'Security Reader', duration: 1 };
export const AZURE = { name: 'Contributor', directory_scope_id: 'Grid Test', duration: 1 };
export const APPROVED = { name: 'Payments Operators', duration: 1 };

export const SUBMITTED = {
  group: { method: 'POST', surface: 'group', pathIncludes: 'assignmentScheduleRequests' },
  directory: { method: 'POST', surface: 'directory', pathIncludes: 'assignmentScheduleRequests' },
  azure: { method: 'PUT', surface: 'azure' },
} as const satisfies Record<string, Fault['match']>;

const ASKED_FOR = { group: GROUP, directory: ROLE, azure: AZURE } as const;

export type Surface = keyof typeof SUBMITTED;

/** A refusal that the made-up tenant has no reason for. */
export type Refusal = Omit<Extract<Fault['action'], { kind: 'error' }>, 'kind'>;

export function refusal(code: string, message: string, status = 400): Refusal {
  return { status, code, message };
}

/** Continuous access evaluation. */
export const SESSION_ENDED: Refusal = {
  ...refusal(
    'InvalidAuthenticationToken',
    'Continuous access evaluation resulted in challenge.',
    401,
  ),
  headers: {
    'www-authenticate':
      'Bearer realm="", error="insufficient_claims", claims="eyJhY2Nlc3NfdG9rZW4iOnsibmJmIjp7fX19"',
  },
};

export function answer(match: Fault['match'], given: Refusal, times = 1): Fault {
  return { match, times, action: { kind: 'error', ...given } };
}

export function whenActivating(surface: Surface, given: Refusal, note = '', times = 1): ErrorRow {
  return {
    title: `${given.status} ${given.code}${note}: activate (${surface})`,
    faults: [answer(SUBMITTED[surface], given, times)],
    run: 'activate',
    input: ASKED_FOR[surface],
  };
}

/** A further sign-in is demanded, and again after it. */
export function whenDemanding(surface: Surface, given: Refusal, note = ''): ErrorRow {
  return whenActivating(surface, given, `${note}, also after a further sign-in`, 2);
}

export function whenListing(surface: Surface, given: Refusal, note = '', times = 1): ErrorRow {
  return {
    title: `${given.status} ${given.code}${note}: list (${surface})`,
    faults: [answer({ method: 'GET', surface, pathIncludes: 'eligib' }, given, times)],
    run: 'list_eligible',
    input: { search: 'Legacy' },
  };
}

export async function on(stack: Stack, input: Input): Promise<undefined> {
  await activate(stack, input);
  stack.clock.advance(SIX_MINUTES_MS);
}

export async function offAgain(stack: Stack, input: Input): Promise<undefined> {
  await on(stack, input);
  await stack.run('deactivate', { name: input['name'] });
}

export function whenDeactivating(surface: Surface, given: Refusal, note = ''): ErrorRow {
  return {
    title: `${given.status} ${given.code}${note}: deactivate (${surface})`,
    before: (stack) => on(stack, ASKED_FOR[surface]),
    faults: [answer(SUBMITTED[surface], given)],
    run: 'deactivate',
    input: { name: ASKED_FOR[surface].name },
  };
}

/** An hour, a day from now. */
export function tomorrow(minute = 0): Input {
  return { start_time: `2026-01-16T09:${String(minute).padStart(2, '0')}:00Z` };
}

/** Somebody else's hands: the same person, in another process. */
export async function elsewhere(stack: Stack, input: Input): Promise<undefined> {
  await stack.run('list_eligible', {});
  await activate(await openStack({ ...OWN, beside: stack }), input);
}

export async function pending(stack: Stack): Promise<undefined> {
  await activate(stack, APPROVED);
}

export async function pendingId(stack: Stack): Promise<Input> {
  return { request: (await activate(stack, APPROVED)).requestId };
}

export const CLAIMS =
  '&claims=%7B%22access_token%22%3A%7B%22acrs%22%3A%7B%22essential%22%3Atrue%2C%20%22value%22%3A%22c1%22%7D%7D%7D';
